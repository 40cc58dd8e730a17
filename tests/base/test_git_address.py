"""Addresses of repositories as users write them."""

from __future__ import annotations

import pytest

from scaffold.base.git_address import GitAddress


@pytest.mark.parametrize(
    ("text", "url", "ref"),
    [
        ("gh:lab/catalogue", "https://github.com/lab/catalogue", "HEAD"),
        ("gl:lab/catalogue#v2", "https://gitlab.com/lab/catalogue", "v2"),
        ("git+ssh://git@host/x.git", "ssh://git@host/x.git", "HEAD"),
        ("git@host:lab/x.git#main", "git@host:lab/x.git", "main"),
        ("file:///srv/x", "file:///srv/x", "HEAD"),
    ],
)
def test_addresses(text, url, ref):
    assert GitAddress.of(text) == GitAddress(url, ref)


@pytest.mark.parametrize("text", ["", "~/lab", "../lab#1", "C:", "lab.git"])
def test_folders_are_no_addresses(text):
    assert GitAddress.of(text) is None


def test_each_address_and_ref_has_a_folder_of_its_own():
    names = {GitAddress.of(t).folder_name for t in ("gh:a/x", "gh:b/x", "gh:a/x#1", "gl:a/x.git")}
    assert len(names) == 4
    assert all(name.startswith("x-") for name in names)
    assert "/" not in GitAddress("https://host/a?b=/../..", "x").folder_name
