{{ arguments }}

{% if extra.files %}
let
  # Gemfile, Gemfile.lock and gemset.nix lie beside this file: nix-shell -p bundix --run "bundix -l"
  # writes gemset.nix with its hashes.
  gems = bundlerEnv {
    name = {{ (pname ~ "-gems") | nix }};
    inherit ruby;
    gemdir = ./.;
  };
in
stdenv.mkDerivation (finalAttrs: {
  pname = {{ pname | nix }};
  version = {{ version | nix }};

  {{ src | indent(2) }}

  buildInputs = [
    gems
    gems.wrappedRuby
  ];
  strictDeps = true;
  dontBuild = true;
  doCheck = false;

  installPhase = ''
    runHook preInstall
    mkdir -p $out/share/{{ pname | sh }}
    cp -r . $out/share/{{ pname | sh }}
    runHook postInstall
  '';

  {{ meta | indent(2) }}
})
{% else %}
{% if not extra.gem %}
# Upstream has neither a gemspec nor a Gemfile.lock, and this needs a gemspec.
{% endif %}
buildRubyGem rec {
  inherit ruby;
  gemName = pname;
  pname = {{ pname | nix }};
  version = {{ version | nix }};

  {{ src | indent(2) }}

{% if inputs %}
  {{ inputs | indent(2) }}

{% endif %}
  doCheck = false;

  {{ meta | indent(2) }}
}
{% endif %}
