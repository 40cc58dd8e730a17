"""What licences are recognised by: facts only, no text of a licence is kept."""

#: Sentences, each in small letters and with single blanks, and the licence that alone has them all.
SENTENCES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("AGPL-3.0", ("gnu affero general public license", "version 3, 19 november 2007")),
    ("LGPL-3.0", ("gnu lesser general public license", "version 3, 29 june 2007")),
    ("LGPL-2.1", ("gnu lesser general public license", "version 2.1, february 1999")),
    ("LGPL-2.0", ("gnu library general public license", "version 2, june 1991")),
    ("GPL-3.0", ("gnu general public license", "version 3, 29 june 2007")),
    ("GPL-2.0", ("gnu general public license", "version 2, june 1991")),
    ("Apache-2.0", ("apache license", "version 2.0, january 2004")),
    ("MPL-2.0", ("mozilla public license", "version 2.0", "exhibit b")),
    ("EPL-2.0", ("eclipse public license - v 2.0",)),
    ("EPL-1.0", ("eclipse public license - v 1.0",)),
    ("EUPL-1.2", ("european union public licence v. 1.2",)),
    ("CDDL-1.0", ("common development and distribution license", "version 1.0")),
    ("Artistic-2.0", ("the artistic license 2.0",)),
    ("CC0-1.0", ("cc0 1.0 universal",)),
    (
        "CC0-1.0",
        (
            "has waived all copyright and related or neighboring rights",
            "creativecommons.org/publicdomain/zero/1.0",
        ),
    ),
    ("CC-BY-SA-4.0", ("attribution-sharealike 4.0 international",)),
    ("CC-BY-4.0", ("attribution 4.0 international", "creative commons")),
    ("CECILL-2.1", ("free software license agreement cecill", "version 2.1")),
    ("BSL-1.0", ("boost software license - version 1.0",)),
    ("OFL-1.1", ("sil open font license version 1.1",)),
    ("Unlicense", ("this is free and unencumbered software released into the public domain",)),
    ("WTFPL", ("do what the fuck you want to public license",)),
    (
        "Zlib",
        (
            "this software is provided 'as-is', without any express or implied warranty",
            "altered source versions must be plainly marked",
        ),
    ),
    (
        "ISC",
        (
            "permission to use, copy, modify, and/or distribute this software for any purpose "
            "with or without fee is hereby granted",
            "above copyright notice and this permission notice appear in all copies",
        ),
    ),
    (
        "ISC",
        (
            "permission to use, copy, modify, and distribute this software for any purpose with "
            "or without fee is hereby granted",
            "above copyright notice and this permission notice appear in all copies",
        ),
    ),
    (
        "0BSD",
        (
            "permission to use, copy, modify, and/or distribute this software for any purpose "
            "with or without fee is hereby granted",
        ),
    ),
    (
        "MIT",
        (
            "permission is hereby granted, free of charge, to any person obtaining a copy",
            "the above copyright notice and this permission notice",
        ),
    ),
    (
        "BSD-4-Clause",
        ("redistributions of source code must retain", "all advertising materials mentioning"),
    ),
    (
        "BSD-3-Clause",
        (
            "redistributions of source code must retain",
            "redistributions in binary form must reproduce",
            "endorse or promote",
        ),
    ),
    (
        "BSD-2-Clause",
        (
            "redistributions of source code must retain",
            "redistributions in binary form must reproduce",
        ),
    ),
    # the notice that the Apache licence asks for, where it stands for the text
    (
        "Apache-2.0",
        (
            "licensed under the apache license, version 2.0 (the license",
            "you may not use this file except in compliance with the license",
        ),
    ),
)
#: Exceptions that stand behind the whole text of a licence, which is then not that licence alone.
EXCEPTIONS = ("llvm exceptions to the apache 2.0 license",)
#: Additions that make another licence of a text, which is then not recognised.
ADDITIONS = (
    "shall be used for good, not evil",
    "commons clause",
    "except as contained in this notice, the name",
    "upgrades to the features, functionality or performance of the source code",
    "no express or implied licenses to any party's patent rights",
    "not designed, licensed or intended for use in the design",
    "may not be used for commercial",
    "non-commercial",
    "noncommercial",
    # a choice, of which the text of one licence follows
    "under a choice of",
    "choice of one of",
    "at your choice",
)
