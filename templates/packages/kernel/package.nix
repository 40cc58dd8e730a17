{{ arguments }}

stdenv.mkDerivation (finalAttrs: {
  pname = {{ pname | nix }};
  version = {{ version | nix }};

  {{ src | indent(2) }}

  nativeBuildInputs = kernel.moduleBuildDependencies;
  strictDeps = true;

  # the kernel's build system adds what a module must not have
  hardeningDisable = [
    "pic"
    "format"
  ];
{% if extra.makefile %}
  makeFlags = [
    "KERNELRELEASE=${kernel.modDirVersion}"
    "KERNEL_DIR=${kernel.dev}/lib/modules/${kernel.modDirVersion}/build"
    "KDIR=${kernel.dev}/lib/modules/${kernel.modDirVersion}/build"
  ];
{% else %}
  # Kbuild alone: the Makefile is the kernel's.
  makeFlags = [
    "-C"
    "${kernel.dev}/lib/modules/${kernel.modDirVersion}/build"
    "M=$(PWD)"
  ];
  buildFlags = [ "modules" ];
{% endif %}
  doCheck = false;

  installPhase = ''
    runHook preInstall
    find . -name '*.ko' -exec install -Dm444 -t $out/lib/modules/${kernel.modDirVersion}/extra {} +
    runHook postInstall
  '';

  {{ meta | indent(2) }}
})
