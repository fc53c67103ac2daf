"""What of a package a function needs: no tests, no prose, no languages that nobody reads here."""

from __future__ import annotations

import ast
import importlib._bootstrap_external as importing
import importlib.util
import io
import marshal
import sys
from fnmatch import fnmatch
from types import CodeType
from typing import Any

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile

SERVICES = {  # whose descriptions botocore needs
    "web": ("dynamodb", "s3", "sns", "sqs", "ssm"),
    "thumbnails": ("dynamodb", "s3", "sns", "sqs"),
    "fanout": ("dynamodb", "s3", "sesv2", "sns", "sqs", "ssm"),
}

_DROPPED = (
    "*.dist-info/*",
    "*/__pycache__/*",
    "*.pyc",
    "*.pyi",
    "*/py.typed",
    "*.[ch]",
    "*.pxd",
    "*.po",
    "*.pot",
    "bin/*",
    "*/tests/*",
    "authlib/integrations/django_*",
    "authlib/integrations/flask_oauth?/*",
    "authlib/integrations/httpx_*",
    "authlib/integrations/sqla_*",
    "authlib/integrations/starlette_*",
    "authlib/jose/*",  # superseded by joserfc, which the rest of authlib uses
    "babel/locale-data/*",
    "babel/messages/*",
    "boto3/data/*",
    "boto3/examples/*",
    "botocore/data/*",
    "cffi/*",  # cryptography needs _cffi_backend of it and nothing else
    "pycparser/*",
    "charset_normalizer/[cm]d.py",  # the compiled ones stand beside them
    "charset_normalizer/cli/*",
    "click/_winconsole.py",
    "dateutil/rrule.py",
    "dateutil/tz/win.py",
    "dateutil/zoneinfo/*",
    "pytz/zoneinfo/*",  # tzdata has them, see PYTZ_TZDATADIR in functions.py
    "tzdata/zoneinfo/tzdata.zi",
    "tzdata/zoneinfo/[A-Z][A-Z]/*",  # other names of zones that stand by their cities
    "tzdata/zoneinfo/Brazil/*",
    "tzdata/zoneinfo/Canada/*",
    "tzdata/zoneinfo/Chile/*",
    "tzdata/zoneinfo/Mexico/*",
    "s3transfer/crt.py",
    "s3transfer/processpool.py",
    "urllib3/contrib/emscripten/*",
    "urllib3/contrib/pyopenssl.py",
    "urllib3/contrib/socks.py",
    "werkzeug/_reloader.py",
    "werkzeug/debug/*",
    "werkzeug/middleware/*",
    "werkzeug/testapp.py",
    "PIL/ImageQt.py",
    "PIL/ImageTk.py",
    "PIL/_imagingtk*",
)
_KEPT = (
    "*.dist-info/METADATA",  # some packages look up their own version
    "babel/locale-data/root.dat",
    "babel/locale-data/en.dat",
    "babel/locale-data/en_001.dat",  # what the next ones build on
    "babel/locale-data/en_150.dat",
    "babel/locale-data/en_[AGU][BSU].dat",
    "babel/locale-data/en_CA.dat",
    "babel/locale-data/en_I[EN].dat",
    "babel/locale-data/en_NZ.dat",
    "babel/locale-data/en_ZA.dat",
    "babel/locale-data/de.dat",
    "babel/locale-data/de_??.dat",
    "botocore/data/endpoints.json",
    "botocore/data/partitions.json",
    "botocore/data/sdk-default-configuration.json",
    "botocore/data/_retry.json",
)


def wanted(name: str, component: str) -> bool:
    """Whether a file of a wheel or of ours goes into the component's zip."""
    descriptions = (f"botocore/data/{service}/*/*" for service in SERVICES[component])
    kept = (*_KEPT, *descriptions)
    if any(fnmatch(name, pattern) for pattern in kept):
        return "examples" not in name
    if name == "botocore/cacert.pem" and component == "web":
        return False  # requests brings certifi, which botocore prefers
    if name.startswith("cryptography/x509/") and component == "fanout":
        return False  # certificates: the sign-in's libraries ask for them
    hidden = any(part.startswith(".") for part in name.split("/"))
    return not hidden and not any(fnmatch(name, pattern) for pattern in _DROPPED)


def without_symbols(library: bytes) -> bytes:
    """Return an ELF library with zeros for the names that only a debugger reads.

    What the loader needs is in tables of its own (.dynsym). The zeros pack to nothing, and no byte
    has moved, which `strip` cannot say; nor is there one for both machines wherever this runs. What
    is no whole library comes back as it is.
    """
    stripped = bytearray(library)
    try:
        elf: Any = ELFFile(io.BytesIO(library))
        for table in elf.iter_sections("SHT_SYMTAB"):
            for section in (table, elf.get_section(table["sh_link"])):
                offset, size = section["sh_offset"], section["sh_size"]
                if offset + size > len(library):
                    return library
                stripped[offset : offset + size] = bytes(size)
    except (ELFError, OverflowError):
        return library
    return bytes(stripped)


def bytecode(name: str, source: bytes) -> bytes | None:
    """Return a module's unchecked bytecode (PEP 552), None for what is no Python 3.13.

    "Unchecked" means that Python does not compare it with the source at import.
    """
    if not name.endswith(".py"):
        return None
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return None
    _drop_docstrings(tree)
    code = compile(tree, f"/var/task/{name}", "exec", dont_inherit=True, optimize=0)
    # Bytecode marks each constant that something else in the process holds too; what has just been
    # read is held by nobody else.
    code = marshal.loads(marshal.dumps(_interned(code)))
    digest = importlib.util.source_hash(source)
    return bytes(importing._code_to_hash_pyc(code, digest, checked=False))  # type: ignore[attr-defined]


def _interned(value: Any) -> Any:
    """Return a constant with every string in it interned: bytecode says which ones are, and without
    this it would be those of the modules that the process happens to have loaded."""
    match value:
        case CodeType():
            return value.replace(co_consts=_interned(value.co_consts))
        case str():
            return sys.intern(value)
        case tuple() | frozenset():
            return type(value)(map(_interned, value))
    return value


def _drop_docstrings(node: ast.AST) -> None:
    """Python's own -OO would drop assertions too, and some of those guard."""
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        match node.body:
            case [ast.Expr(value=ast.Constant(value=str())), *_]:
                filler = ast.copy_location(ast.Pass(), node.body[0])
                node.body[0:1] = [] if len(node.body) > 1 else [filler]
        if isinstance(node, ast.ClassDef) and node.decorator_list:
            # A dataclass without one would write one, from its signature: a good part of its cost.
            docstring = ast.Expr(ast.Constant("-"))
            node.body.insert(0, ast.fix_missing_locations(ast.copy_location(docstring, node)))
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt | ast.excepthandler | ast.match_case):
            _drop_docstrings(child)


def headers_only(metadata: bytes) -> bytes:
    """Return a package's METADATA without its description, the readme."""
    return metadata.split(b"\n\n")[0] + b"\n"
