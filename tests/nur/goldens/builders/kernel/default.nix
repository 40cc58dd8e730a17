{
  lib,
  stdenv,
  linuxPackages,
  fetchFromGitHub,
  kernel ? linuxPackages.kernel,
}:

stdenv.mkDerivation (finalAttrs: {
  pname = "new-kernel";
  version = "1.1";

  src = fetchFromGitHub {
    owner = "orchestra";
    repo = "drum";
    rev = "v${finalAttrs.version}";
    # Not fetched yet: `nix-build -A new-kernel` tells the hash.
    hash = lib.fakeHash;
  };

  nativeBuildInputs = kernel.moduleBuildDependencies;
  strictDeps = true;

  # the kernel's build system adds what a module must not have
  hardeningDisable = [
    "pic"
    "format"
  ];
  makeFlags = [
    "KERNELRELEASE=${kernel.modDirVersion}"
    "KERNEL_DIR=${kernel.dev}/lib/modules/${kernel.modDirVersion}/build"
    "KDIR=${kernel.dev}/lib/modules/${kernel.modDirVersion}/build"
  ];
  doCheck = false;

  installPhase = ''
    runHook preInstall
    find . -name '*.ko' -exec install -Dm444 -t $out/lib/modules/${kernel.modDirVersion}/extra {} +
    runHook postInstall
  '';

  meta = {
    description = "Drum";
    homepage = "https://github.com/orchestra/drum";
    license = lib.licenses.mit;
    maintainers = [ ];
    platforms = lib.platforms.linux;
  };
})
