{{ arguments }}

haskellPackages.mkDerivation rec {
  pname = {{ pname | nix }};
  version = {{ version | nix }};

  {{ src | indent(2) }}

{% if folder %}
  postUnpack = {{ ("sourceRoot+=/" ~ (extra.folder | sh)) | nix }};
{% endif %}
  isLibrary = {{ extra.is_library | nix }};
  isExecutable = {{ extra.is_executable | nix }};
{% if extra.library or propagated %}
  libraryHaskellDepends = {{ (below(extra.library or []) + propagated) | nix(2) }};
{% endif %}
{% if extra.library_tools or native %}
  libraryToolDepends = {{ (below(extra.library_tools) + native) | nix(2) }};
{% endif %}
{% if build %}
  libraryPkgconfigDepends = {{ build | nix(2) }};
{% endif %}
{% if unknown %}
  {{ ("Not known by its name in nixpkgs: " ~ unknown | join(", ")) | wordwrap(90) | nixcomment | indent(2) }}
{% endif %}
{% if extra.executable %}
  executableHaskellDepends = {{ below(extra.executable) | nix(2) }};
{% endif %}
{% if extra.executable_tools %}
  executableToolDepends = {{ below(extra.executable_tools) | nix(2) }};
{% endif %}
{% if extra.test %}
  testHaskellDepends = {{ below(extra.test) | nix(2) }};
{% endif %}
{% if extra.test_tools %}
  testToolDepends = {{ below(extra.test_tools) | nix(2) }};
{% endif %}
  doCheck = {{ p.tests | nix }};

  description = {{ p.description | nix }};
{% if p.homepage %}
  homepage = {{ p.homepage | nix }};
{% endif %}
{% if not licence.is_one %}
  # A list does not say it: {{ licence.expression }}.
{% endif %}
  license = {{ licences[0] if licences | length == 1 else licences | nix(2) }};
  maintainers = {{ maintainers | nix(2) }};
  platforms = {{ platforms }};
{% if p.main_program %}
  mainProgram = {{ p.main_program | nix }};
{% endif %}
}
