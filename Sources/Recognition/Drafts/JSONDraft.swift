/// Tells the JSON files of the transcription programs apart by their fields.
enum JSONDraft {
    static func draft(_ root: JSONValue) throws(DraftError) -> Draft {
        if let text = root["text"]?.string, root["media"] != nil || root["media-time"] != nil || root["media-source"] != nil, root["segments"] == nil {
            return try DraftBuilder.draft(lines: try HTMLPage.lines(text).lines, format: .oTranscribe, encoding: nil)
        }
        var reader = WhisperReader()
        if let items = root["transcription"]?.array {
            reader.readCpp(items)
        } else if let items = root["segments"]?.array, !items.isEmpty || root["word_segments"] == nil {
            reader.read(items)
        } else if let items = root["word_segments"]?.array ?? root["words"]?.array {
            reader.readWords(items)
        } else if let items = root["chunks"]?.array {
            reader.readChunks(items)
        } else if let items = root.array, items.contains(where: { $0["text"]?.bytes != nil && $0["start"]?.number != nil }) {
            reader.read(items)
        } else if let items = root.array, items.contains(where: { $0["word"]?.bytes != nil }) {
            reader.readWords(items)
        } else if let text = root["text"]?.string {
            let lines = text.split(separator: "\n").map { StyledLine(LineCollector.clean($0)) }
            return try DraftBuilder.draft(lines: lines, format: .whisperJSON, encoding: nil)
        } else {
            throw .notTranscript(kind: "JSON of a program whose files are not read")
        }
        return try DraftBuilder.draft(lines: try reader.finished(), format: .whisperJSON, encoding: nil, notes: reader.notes)
    }
}
