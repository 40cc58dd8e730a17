{{ arguments }}

maven.buildMavenPackage rec {
  pname = {{ pname | nix }};
  version = {{ version | nix }};

  {{ src | indent(2) }}

  # It depends on the version: the build tells it.
  mvnHash = {{ fake }};

{% if inputs %}
  {{ inputs | indent(2) }}

{% endif %}
  doCheck = {{ p.tests | nix }};

  # A program takes makeWrapper too, and "java -jar" in $out/bin.
  installPhase = ''
    runHook preInstall
    install -Dm644 -t $out/share/java target/*.jar
    runHook postInstall
  '';

  {{ meta | indent(2) }}
}
