import Foundation

/// A regular file opened for reading only. Never writes, locks or touches the file's times on purpose.
final class ReadOnlyFile {
    let path: String
    /// Last path component, for messages.
    let name: String
    let size: Int64
    let descriptor: Int32

    /// - Throws: `IngestError` with `missing`, `isDirectory`, `notAFile`, `noPermission` or `readError`.
    init(path: String) throws {
        self.path = path
        let name = ReadOnlyFile.lastComponent(path)
        self.name = name
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw IngestError(.missing, "There is no file named “\(name)”.", advice: "Check the path in the study file.")
        }
        // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw ReadOnlyFile.openError(errno, name: name) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let number = errno
            close(descriptor)
            throw ReadOnlyFile.openError(number, name: name)
        }
        let kind = status.st_mode & mode_t(S_IFMT)
        guard kind == mode_t(S_IFREG) else {
            close(descriptor)
            if kind == mode_t(S_IFDIR) {
                throw IngestError(
                    .isDirectory, "“\(name)” is a folder, not a recording.",
                    advice: "Name the audio file inside it, or add the whole folder so that it is scanned.")
            }
            throw IngestError(
                .notAFile, "“\(name)” is not a regular file.",
                advice: "Give a file on disk; pipes and devices cannot be read twice.")
        }
        self.descriptor = descriptor
        self.size = Int64(status.st_size)
    }

    deinit { close(descriptor) }

    static func lastComponent(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Reads up to `count` bytes at `offset`; fewer at the end of the file.
    func bytes(at offset: Int64, count: Int) throws -> [UInt8] {
        guard count > 0, offset >= 0, offset < size else { return [] }
        let wanted = Int(min(Int64(count), size - offset))
        var failure: Int32 = 0
        let result = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, initialized in
            initialized = 0
            guard let base = buffer.baseAddress else { return }
            let (got, number) = read(into: UnsafeMutableRawPointer(base), at: offset, count: wanted)
            initialized = got
            failure = number
        }
        if failure != 0 { throw readError(failure) }
        return result
    }

    /// Reads until `count` bytes, the end of the file or an error; returns the bytes read and the error number (0: none).
    func read(into buffer: UnsafeMutableRawPointer, at offset: Int64, count: Int) -> (Int, Int32) {
        var done = 0
        while done < count {
            let got = pread(descriptor, buffer + done, count - done, off_t(offset) + off_t(done))
            if got < 0 {
                if errno == EINTR { continue }
                return (done, errno)
            }
            if got == 0 { break }
            done += got
        }
        return (done, 0)
    }

    func readError(_ number: Int32) -> IngestError {
        IngestError(
            .readError, "Reading “\(name)” failed: \(String(cString: strerror(number))).",
            advice: "Check the disk, memory card or network drive, copy the file to a local disk and try again.")
    }

    private static func openError(_ number: Int32, name: String) -> IngestError {
        switch number {
        case ENOENT, ENOTDIR, ENAMETOOLONG, ELOOP:
            return IngestError(
                .missing, "There is no file named “\(name)”.",
                advice: "Check the path in the study file, and that the disk or memory card is connected.")
        case EACCES, EPERM:
            return IngestError(
                .noPermission, "“\(name)” may not be read by this user.",
                advice: "Ask the owner for read access, or copy the file to a folder of your own.")
        default:
            return IngestError(
                .readError, "“\(name)” could not be opened: \(String(cString: strerror(number))).",
                advice: "Check the disk, memory card or network drive and try again.")
        }
    }
}
