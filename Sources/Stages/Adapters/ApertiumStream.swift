import Bokmal

/// Sentences as Apertium's stream format, each word in a word-bound blank that carries its number through the translation:
/// `[[t:w:3]]skulen[[/]]` comes back as `[[t:w:3]]skolen[[/]]`, wherever the word ends up. Blanks of this kind are Apertium 3.7's;
/// an older one drops them, which shows as a misalignment.
enum ApertiumStream {
    /// The end of a sentence: an empty blank, and one with a line feed. Both come back as they are.
    private static let end = "[][\n]"

    static func encode(_ sentences: [[String]]) -> String {
        var text = ""
        for sentence in sentences {
            for (index, word) in sentence.enumerated() { text += "[[t:w:\(index)]]\(plain(word))[[/]] " }
            // A full stop of our own, so that no sentence is read together with the next.
            text += "." + end
        }
        return text
    }

    /// The word, when it has nothing that means something in the format; else a dash, which nothing is made of.
    private static func plain(_ word: String) -> String {
        if word.count == 1, ".,:;!?".contains(word) { return word }
        let isPlain = !word.isEmpty && word.utf8.count <= 200 && word.unicodeScalars.allSatisfy(isPlain)
        return isPlain ? word : "–"
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter: true
        default: ("0"..."9").contains(scalar) || scalar == "-" || scalar == "'" || scalar == "’"
        }
    }

    /// What stands for each word; nil for a word that Apertium does not know (`*`), cannot inflect (`#`, `@`), lost or merged with
    /// another.
    /// - Throws: ``NynorskMisalignment`` when the sentences are not those that were sent.
    static func decode(_ text: String, of sentences: [[String]]) throws -> [[String?]] {
        let parts = text.split(separator: end, omittingEmptySubsequences: false)
        guard parts.count == sentences.count + 1, parts.last?.allSatisfy(\.isWhitespace) == true else { throw NynorskMisalignment() }
        // Not one word came back with its number: what wrote this does not speak the format.
        guard sentences.allSatisfy(\.isEmpty) || text.contains("[[t:w:") else { throw NynorskMisalignment() }
        return try zip(parts, sentences).map { try decode(sentence: $0, of: $1) }
    }

    private static func decode(sentence: Substring, of words: [String]) throws -> [String?] {
        var pieces = [[(text: String, joined: Bool)]](repeating: [], count: words.count)
        var isBroken = [Bool](repeating: false, count: words.count)
        var last: Int?
        let opened = sentence.split(separator: "[[t:w:", omittingEmptySubsequences: false)
        var isJoined = false
        for part in opened.dropFirst() {
            let head = part.split(separator: "]]", maxSplits: 1, omittingEmptySubsequences: false)
            guard head.count == 2, let body = head.last else { throw NynorskMisalignment() }
            let tail = body.split(separator: "[[/]]", maxSplits: 1, omittingEmptySubsequences: false)
            guard tail.count == 2 else { throw NynorskMisalignment() }
            // Words merged into one have their numbers in a row.
            let numbers = head[0].split(separator: ";").map { Int($0.trimmingPrefix(while: \.isWhitespace).trimmingPrefix("t:w:")) }
            for number in numbers {
                guard let number, words.indices.contains(number) else { throw NynorskMisalignment() }
                if numbers.count > 1 { isBroken[number] = true }
            }
            guard let number = numbers.first ?? nil else { throw NynorskMisalignment() }
            if !pieces[number].isEmpty, last != number { isBroken[number] = true }
            pieces[number].append((String(tail[0]), isJoined && last == number))
            last = number
            isJoined = tail[1].isEmpty
        }
        return zip(words, zip(pieces, isBroken)).map { word, found in found.1 ? nil : joined(found.0, of: word) }
    }

    private static func joined(_ pieces: [(text: String, joined: Bool)], of word: String) -> String? {
        var result = ""
        for (index, piece) in pieces.enumerated() {
            guard let first = piece.text.first, !"*#@".contains(first), !piece.text.contains("\\"), !piece.text.contains("[") else { return nil }
            if index == 0 {
                result = piece.text
            } else if piece.joined {
                result = CompoundJoint.joined(result, piece.text, like: word)
            } else {
                result += " " + piece.text
            }
        }
        return result.isEmpty ? nil : result
    }
}

/// The joining s of compounds. Apertium takes compounds apart and puts the parts together without it, or with one too many
/// (`omsorgpenger`); the Nynorsk word shows where it is.
enum CompoundJoint {
    static func joined(_ head: String, _ tail: String, like word: String) -> String {
        var options = [head + tail, head + "s" + tail]
        if head.hasSuffix("s") { options.append(head.dropLast() + tail) }
        let wanted = Array(word.lowercased())
        let distances = options.map { EditDistance.levenshtein(Array($0.lowercased()), wanted) }
        // The first of the nearest: without need nothing is added or taken away.
        return options[distances.firstIndex(of: distances.min()!)!]
    }
}
