"""Dialect to Bokmål, clean Bokmål left alone, and names found. Nothing of the texts is printed or kept."""
import bokmal_accuracy, identifiers_accuracy, names_accuracy, varieties_accuracy


# Set of bokmal_accuracy, tolerance, note.
KEPT = {
    'dialect dev, --from dialect': (0.1, 'bar 8.0; as is 68, most frequent form 14'),
    'dialect dev, --from auto': (0.2, ''),
    'dialect dev, words unknown in train': (1.0, 'bar 45'),
    'clean Bokmål, --from auto': (0.05, 'changed; bar 0.3'),
    'clean Bokmål, --from phonetic': (0.3, 'changed, where somebody says that it is phonetic'),
    'prose of our own, --from auto': (0.05, 'changed; bar 0.3'),
    'its Bokmål side, --from auto': (0.05, 'changed; bar 0.3'),
    'written Bokmål prompts, --from auto': (0.1, 'changed; bar 0.3'),
    'nynorsk dev, own rules': (0.2, 'bar 15; as is 29.5'),
    'nynorsk dev, own rules, --from auto': (0.2, ''),
    'nynorsk dev, with Apertium': (0.2, 'bar 9.9'),
}


def bokmal(program, data, figures):
    for name, words, before, wrong, seconds in bokmal_accuracy.rows(data, [program.binary, 'bokmal']):
        if name in KEPT:
            tolerance, note = KEPT[name]
            figures.add(f'Bokmål, {name}, word error %', 100 * wrong / words, tolerance=tolerance, note=note)
        elif name.endswith('auto'):
            figures.add(f'Bokmål, {name}, points better', 100 * (before - wrong) / words, 'higher', 0.3, note='bar 5')
        if name == 'dialect dev, --from dialect':
            figures.told('Bokmål, phonetic, the program as a whole', f'{words / seconds:.0f} words a second')
    every = varieties_accuracy.measure(data, [program.binary, 'bokmal'])[-1]
    for name, column in (('turns of 25 words', 1), ('sentences in order', 4), ('sentences shuffled', 7)):
        figures.add(f'varieties named right %, {name}', 100 * every[column + 1] / every[column], 'higher', 0.2, note='bar 98 for turns')


def measure(program, data, work, figures):
    bokmal(program, data, figures)
    names_accuracy.measure(program, data, figures)
    identifiers_accuracy.measure(program, data, work, figures)
