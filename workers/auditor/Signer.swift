internal import AuditVerifier
internal import ErpClient

/// Makes checkpoints: verifies every leaf since the last one against what was signed then, signs, and writes to both sinks.
///
/// What it goes on from is the newest note of its own file. The database is asked for the peaks of that size and believed only
/// when they lead to the signed root, so there is no other state that a crash could leave behind.
final class Signer {
    enum Outcome: Equatable {
        /// Nothing was sealed since the last checkpoint.
        case nothing
        /// A slice was verified, more follow.
        case more
        case made(Checkpoint)
        /// The database contradicts what was signed, or itself: nothing is signed.
        case contradiction(Finding)
    }

    private static let leavesAtOnce: UInt64 = 10_000

    private let key: PrivateKey
    private let keyName: String
    let file: CheckpointFile
    let git: GitSink
    private let crashStep: CrashStep?
    /// Up to where leaves were verified.
    private var end: ChainEnd?
    private var ledger: String?

    init(key: PrivateKey, keyName: String, file: CheckpointFile, git: GitSink, crashStep: CrashStep?) {
        self.key = key
        self.keyName = keyName
        self.file = file
        self.git = git
        self.crashStep = crashStep
    }

    /// Verifies one slice, and signs when it was the last.
    func step(_ database: AuditDatabase) throws(StepError) -> Outcome {
        do throws(StepError) {
            let start = try beginning(database)
            let reached = try verify(after: start, database)
            end = reached
            if try askDatabase({ () throws(PostgresError) in try database.sliceEnd(after: reached.size, most: 1) })
                != nil
            {
                return .more
            }
            return try sign(reached)
        } catch {
            // From what is signed, the next time.
            end = nil
            guard case .contradiction(let finding) = error else { throw error }
            return .contradiction(finding)
        }
    }

    private func beginning(_ database: AuditDatabase) throws(StepError) -> ChainEnd {
        if let end { return end }
        guard let signed = file.latest?.checkpoint else { return .beginning }
        func lost(_ reason: String) -> StepError {
            .contradiction(Finding(kind: "checkpoint", position: signed.size, reason: reason))
        }
        guard let batch = try askDatabase({ () throws(PostgresError) in try database.batch(endingAt: signed.size) })
        else {
            throw lost("the \(signed.size) leaves signed at \(signed.time) are no longer sealed")
        }
        guard batch.row == signed.row, batch.root == signed.root,
            let tree = MerkleTree(size: signed.size, peaks: batch.peaks), tree.root == signed.root
        else { throw lost("the first \(signed.size) leaves are not those signed at \(signed.time)") }
        ledger = signed.ledger
        return ChainEnd(row: signed.row, tree: tree)
    }

    private func verify(after start: ChainEnd, _ database: AuditDatabase) throws(StepError) -> ChainEnd {
        let last = try askDatabase { () throws(PostgresError) in
            try database.sliceEnd(after: start.size, most: Signer.leavesAtOnce)
        }
        guard let last else { return start }
        let portal = try askDatabase { () throws(PostgresError) in
            try ExportPortal(database.connection, first: start.size + 1, last: last)
        }
        defer { portal.close() }
        let stream = ExportStream(portal)
        do throws(CheckFault) {
            var options = ExportVerifier.Options()
            options.isPart = true
            var verifier = try ExportVerifier(stream, after: start, options: options)
            _ = try verifier.verify()
            guard let end = verifier.end, ledger ?? verifier.ledger == verifier.ledger else {
                throw .tampered("the ledger is another: \(verifier.ledger)")
            }
            ledger = verifier.ledger
            return end
        } catch {
            if let failure = stream.failure { throw .database(failure) }
            throw .contradiction(Finding(error))
        }
    }

    private func sign(_ end: ChainEnd) throws(StepError) -> Outcome {
        let previous = file.latest?.checkpoint
        guard end.size > previous?.size ?? 0, let root = end.tree.root, let ledger else {
            try writeSink { () throws(SourceFault) in try git.follow(file) }
            return .nothing
        }
        let checkpoint = Checkpoint(
            ledger: ledger,
            size: end.size,
            root: root,
            row: end.row,
            time: utcNow(),
            previous: previous?.hash
        )
        guard let signature = key.sign(Array(checkpoint.signedText.utf8)) else {
            throw .sink("libcrypto refuses to sign")
        }
        let signed = SignedCheckpoint(checkpoint: checkpoint, keyName: keyName, signature: signature)
        // In this order: what the file has the repository can be brought to, never the other way round.
        try writeSink { () throws(SourceFault) in
            CrashStep.beforeFile.reached(crashStep)
            try file.append(signed)
            CrashStep.afterFile.reached(crashStep)
            try git.follow(file)
            CrashStep.afterGit.reached(crashStep)
        }
        return .made(checkpoint)
    }
}

extension Finding {
    init(_ fault: CheckFault) {
        switch fault {
        case .tampered(let position, let reason): self.init(kind: "chain", position: position, reason: reason)
        case .incomplete(let reason), .unusable(let reason): self.init(kind: "export", reason: reason)
        }
    }
}
