# Prints every tier of a TextGrid: name, number of intervals, number with a label, end. Read by check_files.py.
form Tiers
    sentence File
endform
Read from file: file$
tiers = Get number of tiers
for tier to tiers
    name$ = Get tier name: tier
    intervals = Get number of intervals: tier
    filled = Count intervals where: tier, "is not equal to", ""
    end = Get end time of interval: tier, intervals
    appendInfoLine: name$, tab$, intervals, tab$, filled, tab$, fixed$ (end, 6)
endfor
