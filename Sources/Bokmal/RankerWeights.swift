import Foundation

/// What Scripts/lexicon/ranker.py learnt: the tables of a small network, weights of what is known of a candidate without
/// context, and weights of pairs and triples of words.
///
/// Rows of words and forms: 0 is the edge of the utterance, 1 whatever is rare or unknown.
struct RankerWeights: Sendable {
    /// Words to either side; forms chosen before and likeliest forms after; values of a word; hidden values.
    static let side = 4, chosen = 3, ahead = 3, width = 32, hidden = 64
    static let words = 2 * side + 1
    static let around = chosen + ahead
    private static let slots = words + around + 1
    /// Rows of what a form can be, of endings and of beginnings.
    static let classes = 128, suffixes = 512, prefixes = 2048

    /// One weight for each kind of knowledge (`CandidateKnowledge`).
    let known: [Float]
    let word, prefix, form, formClass, formSuffix: Matrix
    let output, outputClass, outputSuffix, outputPair: Matrix
    let input, bias: Matrix
    private nonisolated(unsafe) let wordInfo: UnsafeBufferPointer<UInt32>
    private nonisolated(unsafe) let formInfo: UnsafeBufferPointer<UInt32>
    private let pairs: [UInt32: UInt32]

    /// Rows of Float values.
    struct Matrix: Sendable {
        let rows: Int, columns: Int
        let values: [Float]

        subscript(row: Int) -> ArraySlice<Float> { values[row * columns..<(row + 1) * columns] }

        init(_ sections: MappedSections, _ name: String, columns wanted: Int, rows least: Int) throws {
            let integers = try sections.integers(name)
            guard integers.count >= 3 else { throw sections.failure("section \(name)") }
            rows = Int(integers[0])
            columns = Int(integers[1])
            let step = Float(bitPattern: integers[2])
            guard columns == wanted, rows >= least, rows < 1 << 24, (rows * columns + 1) / 2 + 3 == integers.count, step > 0, step < 0.01
            else { throw sections.failure("section \(name)") }
            let steps = UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: integers[3...])).bindMemory(to: Int16.self)
            values = steps.prefix(rows * columns).map { Float(Int16(littleEndian: $0)) * step }
        }
    }

    init(_ sections: MappedSections, words wordCount: Int, forms formCount: Int, entries: Int) throws {
        known = try sections.integers("known", count: CandidateKnowledge.count).map { Float(bitPattern: $0) }
        guard known.allSatisfy({ abs($0) < 100 }) else { throw sections.failure("section known") }
        let width = Self.width, hidden = Self.hidden
        word = try Matrix(sections, "netE", columns: width, rows: 2)
        prefix = try Matrix(sections, "netP", columns: width, rows: Self.prefixes)
        form = try Matrix(sections, "netF", columns: width, rows: 2)
        formClass = try Matrix(sections, "netFC", columns: width, rows: Self.classes)
        formSuffix = try Matrix(sections, "netFS", columns: width, rows: Self.suffixes)
        output = try Matrix(sections, "netV", columns: hidden, rows: form.rows)
        outputClass = try Matrix(sections, "netVC", columns: hidden, rows: 2 * Self.classes)
        outputSuffix = try Matrix(sections, "netVS", columns: hidden, rows: Self.suffixes)
        outputPair = try Matrix(sections, "netU", columns: hidden, rows: 1)
        input = try Matrix(sections, "netW", columns: hidden, rows: Self.slots * width)
        bias = try Matrix(sections, "netB", columns: hidden, rows: 1)
        wordInfo = try sections.integers("wordinfo", count: wordCount)
        formInfo = try sections.integers("forminfo", count: formCount)
        var pairs: [UInt32: UInt32] = [:]
        let list = try sections.integers("pairs")
        guard list.count % 2 == 0 else { throw sections.failure("pairs") }
        for index in stride(from: 0, to: list.count, by: 2) {
            guard list[index] < entries, list[index + 1] < outputPair.rows else { throw sections.failure("pairs") }
            pairs[list[index]] = list[index + 1]
        }
        self.pairs = pairs
        let wordRows = word.rows, formRows = form.rows
        guard wordInfo.allSatisfy({ Int($0 & 0xFFFF) < wordRows && $0 &>> 16 < 4 }),
            formInfo.allSatisfy({ Int($0 & 0xFFFF) < formRows })
        else { throw sections.failure("rows") }
    }

    func row(word id: Int) -> UInt32 { wordInfo[id] & 0xFFFF }
    /// How often the word was attested: 0 twice at most, 1 up to ten times, 2 up to a hundred, 3 more.
    func group(word id: Int) -> Int { Int(wordInfo[id] &>> 16) }
    func row(form id: Int) -> UInt32 { formInfo[id] & 0xFFFF }
    /// 16 times the natural logarithm of one more than the form's count, at most 255.
    func frequency(form id: Int) -> Int { Int(formInfo[id] &>> 16) }
    func row(pair entry: Int) -> UInt32 { pairs[UInt32(entry)] ?? 0 }
}
