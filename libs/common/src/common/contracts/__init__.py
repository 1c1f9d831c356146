"""WHAT is said between services. Importing this package imports every module of it, so the catalogue is always whole."""

from importlib import import_module
from pkgutil import walk_packages

for _module in walk_packages(__path__, prefix=f"{__name__}."):
    import_module(_module.name)
