import Foundation

/// The search behind ``StudyVoices``: which voices come back, and which of them asks.
struct StudyVoiceSearch {
    private let recordings: [StudyVoices.Recording]
    private let statistics: VoiceStatistics
    /// Where each voice lies; nil without a usable print.
    private let places: [[[Double]?]]
    /// Log probability of each voice to be the interviewer's before voices are compared.
    private let priors: [[Double]]

    /// Evidence a join must bring, per unit of the logarithm of the number of voices: among many, some are alike by chance.
    private static let chance = 0.4

    init(_ recordings: [StudyVoices.Recording], statistics: VoiceStatistics) {
        self.recordings = recordings
        self.statistics = statistics
        places = recordings.map { recording in
            recording.voices.map { voice in
                guard let print = voice.print, print.seconds >= VoicePrint.leastSeconds else { return nil }
                return statistics.place(print)
            }
        }
        priors = recordings.map { Self.prior($0.voices) }
    }

    /// Behaviour and what is known, as log probabilities that add up to 1.
    private static func prior(_ voices: [StudyVoices.Voice]) -> [Double] {
        let weights = voices.map { voice -> Double in
            let behaviour = voice.behaviour.isFinite ? min(0.97, max(0.03, voice.behaviour)) : 0.5
            guard let known = voice.known else { return behaviour }
            let belief = min(1 - 1e-6, max(0.5, known.belief.isFinite ? known.belief : 0.5))
            return behaviour * (known.isInterviewer ? belief / (1 - belief) : (1 - belief) / belief)
        }
        let sum = weights.reduce(0, +)
        return weights.map { log(max(1e-12, $0 / max(1e-12, sum))) }
    }

    /// A returning voice.
    private struct Group {
        /// By recording: the voice's place in that recording's list.
        var members: [Int: Int] = [:]
        var cluster: VoiceCluster
        /// Evidence that it is one voice and no chance likeness.
        var evidence = 0.0
        /// Log odds by behaviour and labels, all members together, that the voice asks; one recording counts 6 at most.
        var asks = 0.0

        /// That the voice is one: never quite sure.
        var belief: Double { 1 / (1 + exp(-max(-4, min(4, evidence)))) }
    }

    func guesses() -> [StudyVoices.Guess] {
        var left = places.map { places in Set(places.indices.filter { places[$0] != nil }) }, groups: [Group] = []
        while groups.count < 12, let group = best(among: left) {
            for (recording, voice) in group.members { left[recording].remove(voice) }
            groups.append(group)
        }
        return recordings.indices.compactMap { guess($0, groups) }
    }

    /// The voice that explains most of what is left; nil when none comes back.
    private func best(among left: [Set<Int>]) -> Group? {
        let seeds = left.indices.flatMap { recording in left[recording].sorted().map { (recording, $0) } }
        let step = max(1, (seeds.count + StudyVoices.mostSeeds - 1) / StudyVoices.mostSeeds)
        let price = Self.chance * log(Double(max(2, places.reduce(0) { $0 + $1.count })))
        var best: Group?
        for index in stride(from: 0, to: seeds.count, by: step) {
            let group = grown(from: seeds[index], among: left, price: price)
            if group.members.count >= 2, group.evidence > (best?.evidence ?? 0) + 1e-9 { best = group }
        }
        return best
    }

    private func grown(from seed: (Int, Int), among left: [Set<Int>], price: Double) -> Group {
        var group = Group(cluster: VoiceCluster(statistics))
        func add(_ recording: Int, _ voice: Int) {
            guard let place = places[recording][voice] else { return }
            group.cluster.add(place)
            group.members[recording] = voice
        }
        /// The voice of a recording that fits the group best, with what taking it is worth.
        func fit(_ recording: Int) -> (voice: Int, worth: Double)? {
            var found: (voice: Int, worth: Double)?
            for voice in left[recording].sorted() {
                guard let place = places[recording][voice] else { continue }
                let worth = worth(group.cluster.gain(place), recording, voice)
                if worth > (found?.worth ?? -.infinity) { found = (voice, worth) }
            }
            return found
        }
        add(seed.0, seed.1)
        var open = left.indices.filter { $0 != seed.0 && !left[$0].isEmpty }
        while true {
            var next: (recording: Int, voice: Int, worth: Double)?
            for recording in open {
                guard let fit = fit(recording), fit.worth > (next?.worth ?? 0) else { continue }
                next = (recording, fit.voice, fit.worth)
            }
            guard let next else { break }
            add(next.recording, next.voice)
            open.removeAll { $0 == next.recording }
        }
        // What was taken early is looked at again with all that came after, the seed too.
        for _ in 0..<3 {
            var changed = false
            for recording in left.indices where !left[recording].isEmpty {
                let before = group.members[recording]
                if let before, let place = places[recording][before] {
                    group.cluster.remove(place)
                    group.members[recording] = nil
                }
                if group.cluster.count > 0, let fit = fit(recording), fit.worth > 0 { add(recording, fit.voice) }
                if group.members[recording] != before { changed = true }
            }
            if !changed { break }
        }
        var cluster = VoiceCluster(statistics)
        for (recording, voice) in group.members.sorted(by: { $0.key < $1.key }) {
            guard let place = places[recording][voice] else { continue }
            if cluster.count > 0 { group.evidence += cluster.gain(place) / StudyVoices.temper - price }
            group.asks += max(-6, role(recording, voice))
            cluster.add(place)
        }
        return group
    }

    /// Evidence of the voice; behaviour helps a little, so that of two that come back the one who asks is found first.
    private func worth(_ gain: Double, _ recording: Int, _ voice: Int) -> Double {
        gain / StudyVoices.temper + max(-2, min(2, 0.5 * role(recording, voice)))
    }

    /// Log odds against chance that this voice of its recording asks.
    private func role(_ recording: Int, _ voice: Int) -> Double {
        priors[recording][voice] + log(Double(max(1, priors[recording].count)))
    }

    /// Log odds that a voice which comes back in this many recordings asks: those who answer mostly come once.
    private func returning(_ members: Int) -> Double {
        let share = Double(members) / Double(max(2, recordings.count))
        return min(4, 1 + 0.6 * Double(members - 1)) * min(1, 0.25 + 1.5 * share)
    }

    private func guess(_ recording: Int, _ groups: [Group]) -> StudyVoices.Guess? {
        let voices = recordings[recording].voices
        guard !voices.isEmpty else { return nil }
        let numbers = voices.indices.map { voice in groups.firstIndex { $0.members[recording] == voice } }
        var scores = voices.indices.map { voice -> Double in
            let own = role(recording, voice)
            guard let number = numbers[voice] else { return exp(own) }
            let group = groups[number]
            // What is known of the voice elsewhere counts half: the signs repeat themselves.
            let pooled = own + max(-8, min(8, 0.5 * (group.asks - own))) + returning(group.members.count)
            return group.belief * exp(pooled) + (1 - group.belief) * exp(own)
        }
        // A person's word stands, whatever was heard.
        for (index, voice) in voices.enumerated() {
            guard let known = voice.known, known.belief >= 1 else { continue }
            scores[index] = known.isInterviewer ? 1e9 : 0
        }
        let isSet = voices.contains { $0.known.map { $0.isInterviewer && $0.belief >= 1 } ?? false }
        let total = scores.reduce(0, +)
        guard let top = scores.max(), top > 0, let winner = scores.firstIndex(of: top) else {
            return .init(recording: recordings[recording].id, label: nil, confidence: 1, reasons: [.set], heardIn: 1, voice: nil)
        }
        var reasons: [StudyVoices.Reason] = []
        if isSet { reasons.append(.set) }
        if let known = voices[winner].known, known.isInterviewer, known.belief < 1 { reasons.append(.labelled) }
        if numbers[winner] != nil { reasons.append(.recurs) }
        if voices[winner].behaviour > 1 / Double(max(2, voices.count)) { reasons.append(.behaviour) }
        var confidence = isSet ? 1 : min(0.99, top / total)
        // A lone voice asks only if it asks elsewhere.
        if voices.count == 1, !isSet {
            let behaviour = min(0.97, max(0.03, voices[0].behaviour.isFinite ? voices[0].behaviour : 0.5))
            let odds = behaviour / (1 - behaviour) * (numbers[0].map { exp(returning(groups[$0].members.count)) * groups[$0].belief + 1 - groups[$0].belief } ?? 1)
            confidence = min(0.99, odds / (1 + odds))
        }
        return .init(
            recording: recordings[recording].id, label: voices[winner].label,
            confidence: (1_000 * confidence).rounded() / 1_000, reasons: reasons,
            heardIn: numbers[winner].map { groups[$0].members.count } ?? 1, voice: numbers[winner].map { $0 + 1 })
    }
}
