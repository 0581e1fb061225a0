extension RecordingInspection {
    /// What is wrong and what it means, in plain English, worst first.
    func findings() -> [String] {
        var list = warnings.map(\.message)
        if layout.kind == .silent {
            list.append("There is no sound in this recording. Check the microphone, the pause key and the right file.")
            return list
        }
        if seconds < 5 { list.append("The recording is only \(fixed(seconds, 1)) s long; the levels are rough.") }
        list += layoutFindings()
        for (number, channel) in channels.enumerated() where !channel.isDead {
            list += channel.findings(channels.count == 1 ? "The recording" : "Channel \(number + 1)", format.rate.hertz)
        }
        if let hum, hum.present {
            let best = channels.filter { !$0.isDead }.map(\.speechDBFS).max() ?? -120
            let distance = best - hum.levelDBFS
            let lines = hum.lines.filter { $0.aboveNeighboursDB >= 12 }.map { "\(Int($0.frequency))" }.joined(separator: ", ")
            list.append(
                "Mains hum at \(lines) Hz, \(fixed(distance, 0)) dB below the speech"
                    + (distance < 30 ? "; it can disturb pitch and the judgement of tone of voice." : "; it should do no harm."))
        }
        if format.rate.hertz <= 8_000 {
            list.append(
                "Sampled at \(format.rate): telephone band. Consonants such as s and f are hard to tell apart, and "
                    + "recognition makes more mistakes.")
        } else if let bandwidth, bandwidth > 0, bandwidth <= 4_600 {
            list.append(
                "Hardly any sound above \(fixed(bandwidth / 1_000, 1)) kHz although the file could hold it: telephone or strongly "
                    + "compressed speech. Recognition makes more mistakes.")
        }
        return list
    }

    private func layoutFindings() -> [String] {
        var list: [String] = []
        switch layout.kind {
        case .oneDeadChannel: list.append(layout.reason + " Use that channel alone; the mix would only be quieter.")
        case .oneSpeakerPerChannel:
            list.append(layout.reason + " Who speaks can be read off the channels.")
        default:
            if layout.polarityInverted {
                list.append("The channels have opposite polarity and cancel each other when mixed: use one of them.")
            }
        }
        if format.channels > 2, !layout.deadChannels.isEmpty { list.append(layout.reason) }
        return list
    }
}

extension ChannelInspection {
    func findings(_ subject: String, _ hertz: Int) -> [String] {
        var list: [String] = []
        if clippedRuns > 0 {
            let share = clippedShare * 100
            let grave = share >= 0.1
            list.append(
                "\(subject) is clipped \(clippedRuns) times (\(fixed(share, 3)) % of the samples): loud moments are distorted"
                    + (grave ? ", and loudness and tone of voice there cannot be judged." : "."))
        } else if flatTops >= 5 {
            list.append(
                "\(subject) has \(flatTops) flat tops at \(fixed(peakDBFS, 1)) dBFS: it was clipped before the level was reduced.")
        }
        if dropoutCount > 0 {
            let first = dropouts.first.map { AudioFormat.clock(Double($0.position) / Double(hertz)) } ?? "?"
            list.append(
                "\(subject) has \(dropoutCount) dropout\(dropoutCount == 1 ? "" : "s") (sound missing for 5 ms or more), the first at "
                    + "\(first): words may be missing there.")
        }
        if let ratio = signalToNoiseDB, ratio < 15 {
            list.append(
                "\(subject) is noisy: speech is only about \(fixed(ratio, 0)) dB above the background. Expect more mistakes in "
                    + "words and in who speaks, and check pauses by ear.")
        }
        if speechDBFS < -45 {
            list.append("\(subject) is very quiet (speech at \(fixed(speechDBFS, 0)) dBFS): the recorder's own noise is close.")
        }
        if abs(offset) > 0.01 {
            list.append(
                "\(subject) has a constant offset of \(fixed(offset * 100, 1)) % of full scale: a fault of the recorder; it does "
                    + "no harm to words.")
        }
        if digitalSilenceShare > 0.3 {
            list.append(
                "\(fixed(digitalSilenceShare * 100, 0)) % of \(subject == "The recording" ? "the recording" : "channel".appending(subject.dropFirst(7))) is digital silence: "
                    + "voice-activated recording, a noise gate or editing. Pauses there are not real.")
        }
        return list
    }
}
