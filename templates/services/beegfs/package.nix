# BeeGFS 7.4: the daemons, beegfs-ctl, beegfs-fsck and the setup scripts.
# Not 8.x: its management daemon is another program, with licence files and TLS.
{
  lib,
  stdenv,
  fetchFromGitHub,
  bash,
  coreutils,
  curl,
  gawk,
  gnugrep,
  gnused,
  libnl,
  makeWrapper,
  pkg-config,
  util-linux,
  xfsprogs,
  zlib,
}:

let
  # Program of each component that is built; `all` would also want RDMA, tests and gtest.
  programs = {
    mgmtd = "beegfs-mgmtd";
    meta = "beegfs-meta";
    storage = "beegfs-storage";
    helperd = "beegfs-helperd";
    ctl = "beegfs-ctl";
    fsck = "beegfs-fsck";
  };
in
stdenv.mkDerivation (finalAttrs: {
  pname = "beegfs";
  version = "7.4.7";

  src = fetchFromGitHub {
    owner = "ThinkParQ";
    repo = "beegfs";
    rev = "refs/tags/${finalAttrs.version}";
    # Large archives of another tool, not needed here.
    postFetch = "rm -r $out/beeond_thirdparty";
    # Of the files of commit d197911a18698cae81411953d0a3eaa024a68ce7.
    hash = "sha256-YQVN5KLOiNqIRLpTTwOPvV9OMt/KrlosPw6E6/i0KOw=";
  };

  strictDeps = true;

  nativeBuildInputs = [
    makeWrapper
    pkg-config
  ];

  buildInputs = [
    bash
    curl
    libnl
    util-linux
    xfsprogs
    zlib
  ];

  enableParallelBuilding = true;

  makeFlags = [
    # Otherwise taken from `git describe`.
    "BEEGFS_VERSION=${finalAttrs.version}"
    # The makefiles name /bin/bash and ask for debugging symbols.
    "SHELL=${stdenv.shell}"
    "USER_CXXFLAGS=-g0"
  ];

  buildPhase = ''
    runHook preBuild
    make -j$NIX_BUILD_CORES $makeFlags -C common/build libbeegfs-common.a
  ''
  + lib.concatStrings (
    lib.mapAttrsToList (component: program: ''
      make -j$NIX_BUILD_CORES $makeFlags -C ${component}/build ${program}
    '') programs
  )
  + ''
    runHook postBuild
  '';

  installPhase = ''
    runHook preInstall
  ''
  + lib.concatStrings (
    lib.mapAttrsToList (component: program: ''
      install -D --target-directory=$out/bin ${component}/build/${program}
    '') programs
  )
  + ''
    install --target-directory=$out/bin */build/dist/sbin/beegfs-setup-* \
      utils/scripts/beegfs-{check-servers,df,net}
    install -D --mode=644 --target-directory=$out/share/doc/beegfs LICENSE.txt
    runHook postInstall
  '';

  # The scripts call beegfs-ctl and the usual tools by name.
  postFixup = ''
    for script in $out/bin/beegfs-{setup-*,check-servers,df,net}; do
      wrapProgram $script --prefix PATH : $out/bin:${
        lib.makeBinPath [
          coreutils
          gawk
          gnugrep
          gnused
          util-linux
        ]
      }
    done
  '';

  meta = {
    description = "Parallel cluster file system: servers and tools";
    homepage = "https://www.beegfs.io";
    changelog = "https://github.com/ThinkParQ/beegfs/releases/tag/${finalAttrs.version}";
    license = {
      fullName = "BeeGFS End User License Agreement";
      url = "https://www.beegfs.io/docs/BeeGFS_EULA.txt";
      free = false;
    };
    platforms = [ "x86_64-linux" ];
    mainProgram = "beegfs-ctl";
  };
})
