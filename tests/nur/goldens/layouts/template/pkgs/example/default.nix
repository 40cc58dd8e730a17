{ stdenv }: stdenv.mkDerivation { name = "example-1.0"; }
