#!/bin/sh
# Runs a campaign of turbolift in its folder, with the repositories in repos.txt. The pull requests get the text of README.md.
set -eu
turbolift clone
turbolift foreach -- "$PWD/undangle-apply.sh"
turbolift commit --message "Keep references to asyncio tasks"
turbolift create-prs --sleep 5s
