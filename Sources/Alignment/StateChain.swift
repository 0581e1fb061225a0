/// The states of a text in order: three a phone, and one for silence and untyped speech before, between and after words.
struct StateChain: Sendable {
    /// A phone of the text and where it is expected, in frames of the recording.
    struct Phone: Sendable {
        /// Number of the symbol.
        var symbol: Int
        var word: Int
        var expected: Range<Int>
        /// Frames that a time hint allows; nil for all.
        var allowed: Range<Int>?
        /// Whether the word may be read in several ways, as numbers are: speech of any kind passes for it.
        var isLoose = false
        /// Whether the phone begins with a closure, which may be silent for long.
        var isStop = false
    }

    static let statesPerPhone = 3

    /// Gaussian of every state; −1 for a gap between words.
    private(set) var model: [Int32] = []
    /// Phone of every state; −1 for a gap.
    private(set) var phone: [Int32] = []
    /// Whether a path may pass the state by.
    private(set) var isOptional: [Bool] = []
    /// Frames at which a state may be occupied, half-open.
    private(set) var first: [Int] = []
    private(set) var last: [Int] = []
    /// For a gap after a word: the gap before the word, from which a path may leap over it; else −1.
    private(set) var leapFrom: [Int32] = []
    /// Phones of the word that the leap passes over.
    private(set) var leapPhones: [Int32] = []
    /// What else than its Gaussians passes for a state.
    enum Alternative: UInt8, Sendable { case none, anySpeech, silence }
    private(set) var alternative: [Alternative] = []

    init(phones: [Phone], frames: Int, reach: Int) {
        var gapBefore = -1, inWord: Int32 = 0
        func add(_ model: Int, _ phone: Int, _ optional: Bool, _ range: Range<Int>, _ source: Phone? = nil) {
            self.model.append(Int32(model))
            self.phone.append(Int32(phone))
            isOptional.append(optional)
            first.append(max(0, range.lowerBound - reach, source?.allowed?.lowerBound ?? 0))
            last.append(min(frames, range.upperBound + reach, source?.allowed?.upperBound ?? frames))
            let isClosure = source?.isStop == true && model % Self.statesPerPhone < 2
            alternative.append(source?.isLoose == true ? .anySpeech : isClosure ? .silence : .none)
            leapFrom.append(phone < 0 ? Int32(gapBefore) : -1)
            leapPhones.append(inWord)
            if phone < 0 { gapBefore = self.model.count - 1 }
        }
        var previous = 0
        for (index, phone) in phones.enumerated() {
            if index == 0 || phones[index - 1].word != phone.word {
                add(-1, -1, true, min(previous, phone.expected.lowerBound)..<phone.expected.lowerBound)
                inWord = 0
            }
            inWord += 1
            for state in 0..<Self.statesPerPhone {
                add(phone.symbol * Self.statesPerPhone + state, index, state == 1, phone.expected, phone)
            }
            previous = phone.expected.upperBound
        }
        add(-1, -1, true, previous..<max(previous, frames))
        makeConnected(frames: frames)
    }

    var count: Int { model.count }

    /// Lets windows rise monotonically from the first frame to the last.
    private mutating func makeConnected(frames: Int) {
        guard count > 0 else { return }
        first[0] = 0
        first[min(1, count - 1)] = 0
        last[count - 1] = frames
        last[max(0, count - 2)] = frames
        for index in 1..<count {
            first[index] = max(first[index], first[index - 1])
            last[index] = max(last[index], last[index - 1])
        }
        for index in stride(from: count - 2, through: 0, by: -1) { first[index] = min(first[index], first[index + 1]) }
    }
}
