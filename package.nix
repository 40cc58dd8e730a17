{
  lib,
  git,
  installShellFiles,
  nixfmt-rfc-style,
  python3Packages,
  stdenv,
}:
python3Packages.buildPythonApplication {
  pname = "nxc-scaffold";
  version = lib.head (
    builtins.match ".*__version__ = \"([^\"]+)\".*" (builtins.readFile ./scaffold/__init__.py)
  );
  pyproject = true;

  src = lib.fileset.toSource {
    root = ./.;
    fileset = lib.fileset.unions [
      ./CONTRIBUTING.md
      ./LICENSE
      ./README.md
      ./docs
      ./generated_examples
      ./man
      ./pyproject.toml
      ./scaffold
      ./templates
      ./tests
    ];
  };

  build-system = [ python3Packages.hatchling ];

  dependencies = with python3Packages; [
    click
    cookiecutter
    grandalf
    jinja2
    license-expression
    msgspec
    packaging
    prompt-toolkit
    questionary
    rich
    tomli-w
  ];

  # nix itself is left to the user's PATH: it has to match the running daemon.
  makeWrapperArgs = [
    "--suffix PATH : ${
      lib.makeBinPath [
        git
        nixfmt-rfc-style
      ]
    }"
  ];

  nativeBuildInputs = [ installShellFiles ];

  # The man page comes with the wheel; the scripts are printed by the program itself.
  postInstall = lib.optionalString (stdenv.buildPlatform.canExecute stdenv.hostPlatform) ''
    installShellCompletion --cmd nxc-scaffold \
      --bash <($out/bin/nxc-scaffold completion bash) \
      --zsh <($out/bin/nxc-scaffold completion zsh) \
      --fish <($out/bin/nxc-scaffold completion fish)
  '';

  nativeCheckInputs = [
    git
    python3Packages.hypothesis
    python3Packages.pexpect
    python3Packages.pyte
    python3Packages.pytest-xdist
    python3Packages.pytestCheckHook
  ];

  meta = {
    description = "Generator of NixOS Compose compositions and NUR packages";
    license = lib.licenses.mit;
    mainProgram = "nxc-scaffold";
    platforms = lib.platforms.linux;
  };
}
