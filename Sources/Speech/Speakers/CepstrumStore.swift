import Foundation

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Rows of cepstra in the order they came, read back in blocks.
///
/// The first `residentBlocks` blocks (50 minutes of speech) stay in memory. What follows goes to a temporary file that has no
/// name any more when the first byte is written, so nothing of a recording is left behind however the program ends, and
/// nobody else can open it. Where no file can be had, or the disk is full, rows stay in memory.
final class CepstrumStore {
    let columns: Int
    private(set) var count = 0
    /// Rows in a block, except in the last.
    let blockLength: Int
    private let residentBlocks: Int

    private enum Block {
        case memory([Float])
        case file(offset: Int)
    }

    private var blocks: [Block] = []
    private var open: [Float] = []
    private var descriptor: Int32 = -1
    private var written = 0
    private var isFileUsable = true

    init(columns: Int, blockLength: Int = 8_192, residentBlocks: Int = 36) {
        self.columns = columns
        self.blockLength = blockLength
        self.residentBlocks = residentBlocks
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Rows that lie in the file.
    var spilledCount: Int { written / (columns * MemoryLayout<Float>.stride) }

    func append(_ row: ArraySlice<Float>) {
        if open.isEmpty { open.reserveCapacity(blockLength * columns) }
        open.append(contentsOf: row)
        count += 1
        if open.count == blockLength * columns { closeBlock() }
    }

    private func closeBlock() {
        if blocks.count >= residentBlocks, write(open) {
            blocks.append(.file(offset: written))
            written += open.count * MemoryLayout<Float>.stride
            open.removeAll(keepingCapacity: true)
        } else {
            blocks.append(.memory(open))
            open = []
        }
    }

    private func write(_ values: [Float]) -> Bool {
        guard isFileUsable else { return false }
        if descriptor < 0 {
            let folder = NSTemporaryDirectory()
            var template = Array((folder + (folder.hasSuffix("/") ? "" : "/") + "ordrett-XXXXXX").utf8CString)
            descriptor = mkstemp(&template)
            guard descriptor >= 0 else {
                isFileUsable = false
                return false
            }
            // No program that is started meanwhile gets to read it.
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            unlink(template)
        }
        let length = values.count * MemoryLayout<Float>.stride
        let complete = values.withUnsafeBytes { bytes -> Bool in
            var done = 0
            while done < length {
                let step = pwrite(descriptor, bytes.baseAddress! + done, length - done, off_t(written + done))
                if step < 0, errno == EINTR { continue }
                guard step > 0 else { return false }
                done += step
            }
            return true
        }
        if !complete { isFileUsable = false }
        return complete
    }

    /// Hands out the rows block by block: the number of the block's first row, and its values.
    ///
    /// - Throws: `SpeakerSegmentationError.temporaryFile` when the file cannot be read back, and what `body` throws.
    func forEachBlock(_ body: (_ first: Int, _ values: UnsafeBufferPointer<Float>) throws -> Void) throws {
        var buffer: [Float] = []
        for (number, block) in blocks.enumerated() {
            switch block {
            case .memory(let values): try values.withUnsafeBufferPointer { try body(number * blockLength, $0) }
            case .file(let offset):
                if buffer.isEmpty { buffer = [Float](repeating: 0, count: blockLength * columns) }
                try read(offset, into: &buffer)
                try buffer.withUnsafeBufferPointer { try body(number * blockLength, $0) }
            }
        }
        if !open.isEmpty { try open.withUnsafeBufferPointer { try body(blocks.count * blockLength, $0) } }
    }

    private func read(_ offset: Int, into buffer: inout [Float]) throws {
        let length = buffer.count * MemoryLayout<Float>.stride
        try buffer.withUnsafeMutableBytes { bytes in
            var done = 0
            while done < length {
                let step = pread(descriptor, bytes.baseAddress! + done, length - done, off_t(offset + done))
                if step < 0, errno == EINTR { continue }
                guard step > 0 else { throw SpeakerSegmentationError.temporaryFile }
                done += step
            }
        }
    }
}
