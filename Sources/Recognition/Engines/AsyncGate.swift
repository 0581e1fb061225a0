import Foundation

/// Lets one task through at a time, in the order they came.
actor AsyncGate {
    private var isTaken = false
    private var waiting: [(id: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
    private var given: UInt64 = 0

    /// - Throws: `CancellationError` when the task is cancelled while it waits.
    func enter() async throws {
        try Task.checkCancellation()
        if !isTaken {
            isTaken = true
            return
        }
        given += 1
        let id = given
        let entered = await withTaskCancellationHandler {
            // No suspension since the check above: a cancellation finds the waiter in the list.
            await withCheckedContinuation { waiting.append((id, $0)) }
        } onCancel: {
            Task { await self.cancel(id) }
        }
        guard entered else { throw CancellationError() }
    }

    func leave() {
        if waiting.isEmpty {
            isTaken = false
        } else {
            waiting.removeFirst().continuation.resume(returning: true)
        }
    }

    /// Does the work when it is this task's turn.
    /// - Throws: `CancellationError` when the task is cancelled while it waits; what the work throws.
    nonisolated func through<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
        try await enter()
        do {
            let result = try await work()
            await leave()
            return result
        } catch {
            await leave()
            throw error
        }
    }

    /// Recognisers that are started anew for each piece. Each of them fills the machine's cores and holds a model in memory:
    /// several at once only get in each other's way, so recordings worked on side by side take turns.
    static let heavyPrograms = AsyncGate()

    private func cancel(_ id: UInt64) {
        if let index = waiting.firstIndex(where: { $0.id == id }) {
            waiting.remove(at: index).continuation.resume(returning: false)
        }
    }
}
