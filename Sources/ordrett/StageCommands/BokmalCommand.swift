import ArgumentParser
import Foundation
import Stages

struct BokmalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bokmal", abstract: "Dialect and Nynorsk to Bokmål: of text, of words, of a transcript.",
        discussion: """
            Examples:
              echo "æ veit itj ka æ ska gjør" | ordrett bokmal
              ordrett bokmal notat.txt --explain                        a word a line: written, said, rule, confidence, variety
              ordrett bokmal --tokens --from dialect < words.txt > bokmaal.txt
              ordrett bokmal P07.json > P07.bokmal.json                 a raw transcript, with its Bokmål beside the words as said
              ordrett bokmal P07.bokmal.json --undo                     … and without it again
              ordrett bokmal P07 --explain --json                       a recording of the study, by the study's own choices
              ordrett bokmal --feminine en --past et --replace "heimen=hjemmet" < tekst.txt

            Running text: one utterance a line. --tokens: one word a line, blank line between utterances, as many lines out
            as in. --explain adds the word as said, the rule, a confidence from 0 to 1 and what the talk is taken to be; of a
            transcript also the turn's and the word's number. --json gives the same as one JSON object a line.

            Nynorsk goes through Apertium (the program 'apertium' with the pair nno-nob) when it is installed, else through
            Ordrett's own lexicon and rules. --style is for dialect and Nynorsk; --feminine, --past, --plural and --variants are for ordinary Bokmål, too.
            --words is a table (said, tab, what to write; = leaves the word, !form rules one form out); 'ordrett changes' shows what a
            study's runs changed and writes its table. For hesitations, repetitions and false starts left out, too:
            'ordrett export --view written'.
            """)

    @Argument(help: "A text, a raw transcript, or a recording of the study; by default stdin.", completion: .file()) var file: String?
    @OptionGroup var source: TranscriptSource
    @Option(help: ArgumentHelp(stringLiteral: "What it is written in: \(BokmalChoices.sources.joined(separator: ", "))."), completion: .list(BokmalChoices.sources))
    var from: String?
    @Option(help: "What puts Nynorsk into Bokmål: auto, own or apertium.", completion: .list(BokmalChoices.engines)) var nynorsk: String?
    @Option(help: "moderate (hjem), radical (heim) or as-said, of dialect and Nynorsk.", completion: .list(BokmalChoices.styles)) var style: String?
    @Option(help: "jenta (a), jenten (en) or as-said.", completion: .list(BokmalChoices.feminines)) var feminine: String?
    @Option(help: "kasta (a), kastet (et) or as-said.", completion: .list(BokmalChoices.pasts)) var past: String?
    @Option(help: "husa (a), husene (ene) or as-said.", completion: .list(BokmalChoices.plurals)) var plural: String?
    @Option(help: "hjem, selv (moderate), heim, sjøl (radical) or as-said.", completion: .list(BokmalChoices.variantSets)) var variants: String?
    @Option(help: ArgumentHelp("A word never to touch; may be given again.", valueName: "word")) var keep: [String] = []
    @Option(help: ArgumentHelp("A word to replace; may be given again.", valueName: "said=written")) var replace: [String] = []
    @Option(help: ArgumentHelp("A table of words, as a study's bokmal-ord.tsv.", valueName: "file"), completion: .file()) var words: String?
    @Flag(help: "One word a line.") var tokens = false
    @Flag(help: "Show the rule and confidence of each word.") var explain = false
    @Flag(help: "As --explain, one JSON object a line.") var json = false
    @Flag(help: "Only say what each utterance of a text is written in: variety, confidence and stretches.") var classify = false
    @Flag(help: "Take the Bokmål layer of a transcript away again.") var undo = false

    func validate() throws {
        for (name, value, allowed) in [
            ("--from", from, BokmalChoices.sources), ("--nynorsk", nynorsk, BokmalChoices.engines), ("--style", style, BokmalChoices.styles), ("--feminine", feminine, BokmalChoices.feminines),
            ("--past", past, BokmalChoices.pasts), ("--plural", plural, BokmalChoices.plurals), ("--variants", variants, BokmalChoices.variantSets),
        ] {
            if let value, !allowed.contains(value) {
                throw ValidationError("\(name): '\(value)' does not fit; expected \(allowed.joined(separator: ", "))")
            }
        }
        if classify && (explain || json || undo) { throw ValidationError("--classify goes without --explain, --json and --undo") }
        if undo && (tokens || explain || json) { throw ValidationError("--undo goes alone") }
    }

    func run() async throws {
        let isRecording = file.map { $0 != "-" && !FileManager.default.fileExists(atPath: $0) } ?? false
        var choices = try isRecording || source.study != nil ? StudyTranscripts.bokmalChoices(study: source.study) : BokmalChoices()
        choices.from = from ?? choices.from
        choices.nynorsk = nynorsk ?? choices.nynorsk
        choices.style = style ?? choices.style
        choices.feminine = feminine ?? choices.feminine
        choices.past = past ?? choices.past
        choices.plural = plural ?? choices.plural
        choices.variants = variants ?? choices.variants
        choices.keep += keep
        choices.replace += replace
        choices.words = words ?? choices.words
        var tool = try BokmalTool(choices, detail: json ? .json : explain ? .explained : .text)
        let data = try isRecording ? StudyTranscripts.beforeBokmal(file ?? "", study: source.study) : TextFile.bytes(file ?? "-")
        if undo { return Talk.data(try BokmalTool.undone(data)) }
        if BokmalTool.isTranscript(data) {
            guard !classify else { throw ValidationError("--classify is for text; of a transcript --explain shows the variety of each turn") }
            tool = try await consulted(tool) { try await $0.consult(transcript: data, warn: { Talk.say($0) }) }
            let output = try tool.transcript(data)
            Talk.say("note: a raw transcript; what comes out holds the words as they were said")
            return Talk.data(output)
        }
        let text = try TextFile.text(data, file ?? "-")
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        // A text that ends with a line feed has no line after it.
        let ended = text.hasSuffix("\n")
        if ended { lines.removeLast() }
        if classify { return Talk.data(tool.varieties(lines, tokens: tokens).map { $0 + "\n" }.joined()) }
        let (asked, isTokens) = (lines, tokens)
        tool = try await consulted(tool) { try await $0.consult(lines: asked, tokens: isTokens, warn: { Talk.say($0) }) }
        let output = tokens ? tool.tokens(lines) : tool.text(lines)
        Talk.data(output.joined(separator: "\n") + ((ended || json) && !output.isEmpty ? "\n" : ""))
    }

    /// Ctrl-C ends the translator, too: the interview's text is in its pipe.
    private func consulted(_ tool: BokmalTool, _ ask: @escaping @Sendable (inout BokmalTool) async throws -> Void) async throws -> BokmalTool {
        try await Interruption.guarding { () async -> Result<BokmalTool, any Error> in
            var asked = tool
            do {
                try await ask(&asked)
                return .success(asked)
            } catch {
                return .failure(error)
            }
        }.get()
    }
}
