"""Blobs by content: bytes go in under a tenant, a digest comes out, the same bytes come back.

A blob's address is its SHA-256, so it never changes and storing it twice is storing it once. It is
whole and on disk (or acknowledged by S3) before its `BlobRef` is returned, so a database row may
point at it at once; a crash in between leaves a stray blob, which `Storage.sweep` removes, and
never a row that lies. Whoever may read a blob for a short while gets a signed link.
"""

from evigate.kernel.storage.durable import make_directory as make_directory
from evigate.kernel.storage.durable import sync_directory as sync_directory
from evigate.kernel.storage.durable import write_durably as write_durably
from evigate.kernel.storage.errors import CODES as CODES
from evigate.kernel.storage.models import BlobRef as BlobRef
from evigate.kernel.storage.models import SignedBlob as SignedBlob
from evigate.kernel.storage.models import StoredBlob as StoredBlob
from evigate.kernel.storage.objects import CloudBucket as CloudBucket
from evigate.kernel.storage.objects import CloudObject as CloudObject
from evigate.kernel.storage.objects import FileMirror as FileMirror
from evigate.kernel.storage.objects import open_bucket as open_bucket
from evigate.kernel.storage.objects import open_objects as open_objects
from evigate.kernel.storage.signing import SignedUrls as SignedUrls
from evigate.kernel.storage.store import Storage as Storage
