"""What is published holds what it should, and nothing else.

    python3 .ci/contents.py crate < LIST     a name a line, as `cargo package --list` prints
    python3 .ci/contents.py wheel FILE.whl
    python3 .ci/contents.py npm < LIST       a name a line
"""

import re
import sys
import zipfile

LICENCES = ["LICENSE-APACHE", "LICENSE-MIT"]
# What must be there, and what may be.
PUBLISHED = {
    "crate": (
        ["Cargo.toml", "README.md", "PRIVACY.md", "docs/REFERENCE.md", "src/lib.rs", *LICENCES],
        r"src/.*\.rs|docs/REFERENCE\.md|examples/(report|facebook)/\w+\.rs|examples/enps_coverage\.rs"
        r"|Cargo\.(toml|toml\.orig|lock)|\.cargo_vcs_info\.json|(README|PRIVACY)\.md|LICENSE-(APACHE|MIT)",
    ),
    "wheel": (
        [
            "advocacy/__init__.py", "advocacy/__init__.pyi", "advocacy/_advocacy.pyi",
            "advocacy/py.typed", "METADATA", "WHEEL", "RECORD", *(f"licenses/{name}" for name in LICENCES),
        ],  # fmt: skip
        r"advocacy/\w+\.pyi?|advocacy/_advocacy\.(abi3\.so|cpython-[\w-]+\.so|pyd)|advocacy/py\.typed"
        r"|METADATA|WHEEL|RECORD|licenses/LICENSE-(APACHE|MIT)|sboms/[\w.-]+\.json",
    ),
    "npm": (
        [
            "package.json", "README.md", "dist/advocacy_bg.wasm", "dist/advocacy_fast.wasm", "dist/index.js",
            "dist/index.d.ts", "dist/node.js", "dist/generated/operations.d.ts", *LICENCES,
        ],  # fmt: skip
        r"dist/[\w/]+\.(js|d\.ts|wasm)|package\.json|README\.md|LICENSE-(APACHE|MIT)",
    ),
}


def main():
    kind = sys.argv[1]
    if kind == "wheel":
        names = zipfile.ZipFile(sys.argv[2]).namelist()
        names = [re.sub(r"^advocacy_py-[^/]*\.dist-info/", "", name) for name in names]
    else:
        names = sys.stdin.read().split("\n")
    names = {name for name in names if name}
    must, may = PUBLISHED[kind]
    wrong = [f"{name} is not in the {kind}" for name in must if name not in names]
    wrong += [f"{name} has no place in the {kind}" for name in sorted(names) if not re.fullmatch(may, name)]
    if wrong:
        sys.exit("\n".join(wrong))
    print(f"the {kind} holds {len(names)} files, all of them its own")


main()
