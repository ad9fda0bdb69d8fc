"""Kits: what turns an approved specification into files, and what holds them to it.

What enters: a kit's folder and a specification. What leaves: a bundle, byte for byte the same for
the same two, and a plan of what it would change. Always true: a kit reads only what it brought and
what it is given, writes only inside its bundle, and what could not be made is named.
"""
