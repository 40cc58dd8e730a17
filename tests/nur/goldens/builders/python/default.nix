{
  lib,
  python3Packages,
  procset,
}:

python3Packages.buildPythonApplication rec {
  pname = "viola";
  version = "3.1";
  pyproject = true;

  src = python3Packages.fetchPypi {
    inherit pname version;
    # Not fetched yet: `nix-build -A new-python` tells the hash.
    hash = lib.fakeHash;
  };

  build-system = [
    python3Packages.hatch-vcs
    python3Packages.hatchling
  ];

  # Not known by its name in nixpkgs: unheard-of

  dependencies = [
    python3Packages.click
    procset
  ];

  nativeCheckInputs = [ python3Packages.pytestCheckHook ];

  pythonImportsCheck = [ "viola" ];

  meta = {
    description = "Instrument";
    homepage = "https://viola.example.org";
    license = lib.licenses.mit;
    maintainers = [ ];
    platforms = lib.platforms.linux;
    mainProgram = "viola";
  };
}
