"""An assistant that hands long questions to background workers."""
