"""How often one address may try: counted in memory, per process, at one place for all pages."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(get_remote_address, storage_uri="memory://")
