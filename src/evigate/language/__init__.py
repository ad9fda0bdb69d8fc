"""Language: English text as sentences, words, terms, numbers and names.

What enters is text; what leaves are values with character offsets into it. Always true: the same
text gives the same values, no network is asked, and text is data here, never an instruction.
"""
