import Signal

/// One view of a transcript as words, each with where it comes from, and each word left out with the reason.
///
/// Every word of the transcript is either a source of a word of the view or left out, never both.
public struct ViewedTranscript: Sendable, Hashable {
    /// A word of the view. One word as said may be several in Bokmål (`harke` → `har ikke`); each traces to it.
    public struct WordTrace: Sendable, Hashable {
        public var text: String
        /// The word of the transcript that it comes from.
        public var wordID: Int
        public var turnID: Int
        /// The word's own place in the sound; else its turn's; nil when neither has one. Samples at the recording's rate.
        public var range: SampleRange?
    }

    /// A word of the transcript that the view does not show.
    public struct LeftOut: Sendable, Hashable {
        public var wordID: Int
        public var turnID: Int
        public var range: SampleRange?
        public var reason: LeftOutReason
        /// The word that is shown in its place, when it was said again.
        public var saidAgainAs: Int?
    }

    public var view: TranscriptView
    /// In the order of the talk.
    public var words: [WordTrace]
    public var leftOut: [LeftOut]

    /// - Parameter notation: decides which hesitation sounds and listeners' tokens the view keeps.
    public init(_ transcript: Transcript, view: TranscriptView, notation: NotationTable) {
        self.view = view
        words = []
        leftOut = []
        for turn in transcript.turns {
            let plan = TurnPlan(turn, view: view, fillers: notation.fillers)
            let dropsTurn = turn.isBackchannel && notation.backchannels.placement == .dropped
            for case (let index, .word(let word)) in turn.elements.enumerated() {
                let range = word.range ?? turn.range
                if let reason = dropsTurn ? .backchannel : plan.leftOut[index] {
                    let again = plan.kept[index].flatMap { Self.last($0, in: plan, turn) }
                    leftOut.append(.init(wordID: word.id, turnID: turn.id, range: range, reason: reason, saidAgainAs: again))
                } else {
                    for text in view.text(of: word).split(whereSeparator: \.isWhitespace) {
                        words.append(.init(text: String(text), wordID: word.id, turnID: turn.id, range: range))
                    }
                }
            }
        }
    }

    /// What was said a third time: the word that stands at the end of the chain.
    private static func last(_ index: Int, in plan: TurnPlan, _ turn: Turn) -> Int? {
        var index = index
        while let next = plan.kept[index] { index = next }
        return turn.elements[index].word?.id
    }
}
