from shop.seeming import Meter as Meter
