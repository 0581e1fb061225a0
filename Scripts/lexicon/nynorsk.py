"""Compiles nynorsk.bin from counts of aligned word pairs.

usage: nynorsk.py DATA OUT    (DATA: the folder with nynorsk/ and lexicon/)

Needs Debian's apertium-nno-nob (1.5.0): for the words of its dictionaries, and to count how far its proposals are to be
believed, word by word.
"""
import sys
import context_model
import model_file
import nynorsk_apertium
import nynorsk_lexicon
import nynorsk_neighbours
import nynorsk_pairs
import rewrite_model
import word_forms


if __name__ == "__main__":
    data = sys.argv[1]
    forms = word_forms.collect(data)
    aligned = nynorsk_pairs.aligned_sentences(data + "/nynorsk/nb-nn-train.tsv.gz")
    sentences = nynorsk_pairs.cleaned(aligned, forms, word_forms.BOKMAL)
    proposals = nynorsk_apertium.proposals([[w for w, _ in sentence] for sentence in aligned])
    # Of these texts, whose rights are unclear, only counts and rules may ship.
    candidates = context_model.Candidates([[(a, b) for a, b in sentence if b is not None] for sentence in sentences])
    usual = sorted((a, ranked[0][0], sum(n for _, n in ranked)) for a, ranked in candidates.table.items())
    pairs = [(a, b) for a, b, n in usual if len(a) > 3 and n < 100 and a.isalpha() and nynorsk_pairs.similarity(a, b) > 0.4
             and (a != b or forms.get(a, 0) & word_forms.NYNORSK)]
    rewriter = rewrite_model.Rewriter(pairs, most=model_file.room(16))
    neighbours = nynorsk_neighbours.sections(sentences, proposals, candidates, bits=16)
    dictionary = nynorsk_lexicon.sections(nynorsk_lexicon.pairs(forms, word_forms.NYNORSK, word_forms.BOKMAL))
    model_file.write(
        sys.argv[2], candidates, {}, rewriter, context_bits=2, rewrite_bits=16,
        extra=lambda words, texts: neighbours(words, texts) + dictionary)
