import ChildProcesses
import Foundation
import Pipeline

/// Turns the figures' SVG into PNG, for programs that take no drawings, with rsvg-convert where it is installed.
///
/// The drawing lies 0600 in a private folder meanwhile; the program gets nothing else and reaches nothing, since the figures
/// refer to nothing outside themselves.
public struct PictureConverter: Sendable {
    /// Pixels: rsvg-convert draws no side longer than 32,767.
    static let longestSide = 32_000.0

    let program: URL
    /// Seconds.
    var timeout = 120.0

    /// Nil when rsvg-convert is not installed.
    public init?(path: String? = ProcessInfo.processInfo.environment["PATH"]) {
        guard let program = ExternalProgram.find("rsvg-convert", base: URL(fileURLWithPath: "/"), path: path) else { return nil }
        self.program = program
    }

    /// What to say where it is missing.
    public static let missing =
        "PNG needs the program rsvg-convert, which is not installed; install librsvg2-bin (Debian) or librsvg (Homebrew), or use svg"

    /// - Parameters:
    ///   - svg: one of Ordrett's own figures.
    ///   - zoom: pixels of the picture a pixel of the drawing; less where the picture would be too tall.
    /// - Returns: the same bytes for the same drawing, program and fonts.
    /// - Throws: ``StageFault`` that says what the program did wrong; `CancellationError`.
    public func png(_ svg: Data, zoom: Double = 2, poll: () throws -> Void = {}) throws -> Data {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let drawing = folder.url.appendingPathComponent("figure.svg"), picture = folder.url.appendingPathComponent("figure.png")
        try SafeFile.write(svg, to: drawing, confidential: true)
        let height = Self.height(svg) ?? 1000
        let used = max(0.05, min(zoom, Self.longestSide / max(1, height)))
        let arguments = ["--unlimited", "--format", "png", "--zoom", "\(used)", "--output", picture.path, drawing.path]
        let outcome = try ExternalProgram(program: program, arguments: arguments, folder: folder.url, timeout: timeout).run(poll: poll)
        switch outcome.ending {
        case .exit(0): break
        case .exit(let status): throw StageFault("rsvg-convert failed with exit code \(status); the figure is fine as svg")
        case .signal(let number): throw StageFault("rsvg-convert was ended by signal \(number); the figure is fine as svg")
        case .timedOut, .tooMuchOutput:
            throw StageFault("rsvg-convert was not done after \(Int(timeout)) s and was stopped; the figure is fine as svg")
        }
        let data = (try? Data(contentsOf: picture)) ?? Data()
        guard data.starts(with: [0x89, 0x50, 0x4E, 0x47]) else {
            throw StageFault("rsvg-convert made no PNG; the figure is fine as svg")
        }
        return data
    }

    /// The height that the drawing gives itself.
    static func height(_ svg: Data) -> Double? {
        let head = String(decoding: svg.prefix(1000), as: UTF8.self)
        guard let found = head.range(of: " height=\"") else { return nil }
        return Double(head[found.upperBound...].prefix { $0 != "\"" })
    }
}
