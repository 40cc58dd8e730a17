"""Following values through the Nix files of a repository, without evaluating them.

:class:`~scaffold.repository.follow.follower.Follower` is where to begin; what it finds are the
values of :mod:`~scaffold.repository.follow.values`. A further function of nixpkgs is one more
entry of :mod:`~scaffold.repository.follow.functions`, of ``folders`` when it loads packages from a
folder, or of ``flakes``.
"""
