import Signal

extension SpeakerSegmenter {
    /// What is said of overlap when it was not looked for.
    static let telephoneNote = "Overlapping speech was not looked for: the recording has telephone band only."

    /// As `segment(source:speech:speakers:maxSpeakers:progress:)`, and in the same reading of the recording marks where two
    /// speak at once.
    ///
    /// - Returns: the segmentation, one speaker at a time, and the second speakers as segments that lie inside it. None are
    ///   marked where there is one speaker, or in telephone band, of which the notes then tell.
    public func segmentMarkingOverlap(
        source: some SampleSource, speech: [SampleRange], speakers: Int? = nil, maxSpeakers: Int = 8,
        progress: Progress = { _ in }
    ) throws -> (segmentation: SpeakerSegmentation, overlaps: [LabeledSegment]) {
        var source = source
        if speakers == 1 {
            return (try segment(source: &source, speech: speech, speakers: 1, maxSpeakers: maxSpeakers, progress: progress), [])
        }
        var tap = OverlapTap(source, listener: try OverlapListener())
        var result = try segment(
            source: &tap, speech: speech, speakers: speakers, maxSpeakers: maxSpeakers, progress: progress)
        guard result.speakerCount > 1 else { return (result, []) }
        let activity = try tap.listener.finish()
        guard !activity.isTelephoneBand else {
            result.notes.append(Self.telephoneNote)
            return (result, [])
        }
        return (result, try OverlapAssignment().overlaps(segments: result.segments, activity: activity))
    }
}
