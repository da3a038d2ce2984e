"""Every release of the same people, so that no two of them give away what neither does.

registry      makes a release, or refuses it for the sake of an earlier one
kept          what the house keeps of each release to compare it
detail        in which detail a column is told
matching      whether two tables are of the same people
composition   whether one release is a coarsening of another
"""
