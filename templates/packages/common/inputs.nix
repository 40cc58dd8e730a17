{% if native %}
nativeBuildInputs = {{ native | nix }};
{% endif %}
{% if unknown %}
{{ ("Not known by its name in nixpkgs: " ~ unknown | join(", ")) | wordwrap(90) | nixcomment }}
{% endif %}
{% if unread %}
{{ ("May be incomplete; not understood: " ~ unread | join(", ")) | wordwrap(90) | nixcomment }}
{% endif %}
{% if optional %}
{{ ("Optional, or asked for on a condition; not used: " ~ optional | join(", ")) | wordwrap(90) | nixcomment }}
{% endif %}
{% if build %}
buildInputs = {{ build | nix }};
{% endif %}
