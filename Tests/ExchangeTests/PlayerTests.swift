import Foundation
import Recognition
import Signal
import Testing
import Transcript

@testable import Exchange

@Suite("Page with a player")
struct PlayerTests {
    private let table = (try? NotationTable.named("helse"))!

    private func between(_ page: String, _ open: String, _ close: String) throws -> String {
        let after = try #require(page.range(of: open)).upperBound
        return String(page[after..<(try #require(page.range(of: close, range: after..<page.endIndex))).lowerBound])
    }

    @Test("only the page's own script and style may run, and nothing may be fetched")
    func policy() throws {
        // The digest of nothing is known from everywhere.
        #expect(HTMLPlayer.digest("") == "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")
        let page = String(decoding: try ShareableExport.render(anonymized(sample()), format: .html, notation: table).data, as: UTF8.self)
        let policy = try between(page, "Content-Security-Policy\" content=\"", "\"")
        #expect(policy.contains("default-src 'none'") && !policy.contains("unsafe") && policy.hasSuffix("media-src blob:"))
        #expect(policy.contains("script-src '\(HTMLPlayer.digest(try between(page, "<script>", "</script>")))'"))
        #expect(policy.contains("style-src '\(HTMLPlayer.digest(try between(page, "<style>", "</style>")))'"))
        #expect(!page.contains("style=\"") && !page.contains("onclick"))
    }

    @Test("a shareable page asks for the recording; a confidential one may name it")
    func audio() throws {
        let shared = String(decoding: try ShareableExport.render(anonymized(sample()), format: .html, notation: table).data, as: UTF8.self)
        #expect(shared.contains("type=\"file\"") && !shared.contains("src="))
        let reference = try #require(AudioReference(relativePath: "../opptak/Ola & Kari.wav"))
        let raw = String(decoding: try ConfidentialExport.render(sample(), format: .html, notation: table, audio: reference).data, as: UTF8.self)
        #expect(raw.contains("src=\"../opptak/Ola%20%26%20Kari.wav\"") && raw.contains("media-src blob: 'self' file:") && raw.contains("type=\"file\""))
    }

    @Test("only relative paths can name a recording", arguments: ["", "/x.wav", "https://a/x.wav", "file:x.wav", "a\\b.wav", "a\u{0}.wav", "javascript:alert(1)"])
    func references(path: String) { #expect(AudioReference(relativePath: path) == nil) }

    @Test("the way from the page to the recording")
    func ways() {
        let folder = URL(fileURLWithPath: "/studie/fortrolig", isDirectory: true)
        #expect(AudioReference(from: folder, to: URL(fileURLWithPath: "/studie/opptak/P07.wav"))?.path == "../opptak/P07.wav")
        #expect(AudioReference(from: folder, to: URL(fileURLWithPath: "/studie/fortrolig/kl 10:15.wav"))?.escaped == "./kl%2010%3A15.wav")
    }

    @Test("a page without times has no player")
    func silent() throws {
        let page = String(decoding: try ShareableExport.render(anonymized(HardTranscript.untimed.transcript), format: .html, notation: table).data, as: UTF8.self)
        #expect(!page.contains("<script") && !page.contains("<audio") && !page.contains("script-src"))
    }

    @Test("read as a draft, the player is no part of the talk")
    func draft() throws {
        let file = try ShareableExport.render(anonymized(sample()), format: .html, notation: table, layout: LayoutOptions(view: .verbatim))
        let read = try Draft(data: file.data, name: file.name).transcript(recording: sample().recording)
        #expect(read.turns.map { $0.words.map(\.text) } == sample().turns.map { $0.words.map(\.text) })
    }
}
