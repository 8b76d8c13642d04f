internal import AuditVerifier
internal import Glibc

/// erp-audit: judges an export of the audit chain without the database that it comes from.
struct AuditProgram {
    /// What the exit status says.
    private enum Verdict {
        static let valid: Int32 = 0
        static let tampered: Int32 = 1
        static let incomplete: Int32 = 2
        static let unusable: Int32 = 3
    }

    let arguments: [String]

    /// Runs and returns the exit status.
    func run() -> Int32 {
        if arguments.contains("--help") || arguments.contains("-h") {
            print(help, terminator: "")
            return Verdict.valid
        }
        do throws(CheckFault) {
            let options = try options()
            switch options.command {
            case .verify: try verify(options)
            case .prove: try prove(options)
            case .check: try check(options)
            case .show: try show(options)
            }
            return Verdict.valid
        } catch {
            return tell(error)
        }
    }

    private func tell(_ fault: CheckFault) -> Int32 {
        let (status, line) =
            switch fault {
            case .tampered(let position?, let reason): (Verdict.tampered, "tampered: position \(position): \(reason)")
            case .tampered(nil, let reason): (Verdict.tampered, "tampered: \(reason)")
            case .incomplete(let reason): (Verdict.incomplete, "incomplete: \(reason)")
            case .unusable(let reason): (Verdict.unusable, "unusable: \(reason)")
            }
        print(line)
        return status
    }

    private func verify(_ options: AuditOptions) throws(CheckFault) {
        let started = clock()
        var verifier = try verifier(options)
        let report = try verifier.verify()
        if let path = options.state, let state = report.state, !options.isPart {
            do throws(SourceFault) { try Files.replace(path, state.text) } catch { throw .unusable(error.message) }
        }
        let seconds = Double(clock() - started) / Double(CLOCKS_PER_SEC)
        print("valid: \(report.leaves) leaves, positions \(report.first) to \(report.last), of ledger \(report.ledger)")
        print("  batches \(report.batches), erased payloads \(report.erasedPayloads)")
        if options.checkpoints != nil {
            print("  checkpoints met \(report.checkpoints), the newest at \(report.checkpointSize)")
        } else {
            print("  no checkpoints given: the file agrees with itself, nobody vouches for it")
        }
        if let root = report.root { print("  root \(root)") }
        print("  row \(report.row)")
        print("  \(Int(Double(report.leaves) / max(seconds, 0.000_001))) leaves a second")
    }

    private func prove(_ options: AuditOptions) throws(CheckFault) {
        var size = options.size
        if size == nil { size = try newestSize(options) }
        var verifier = try verifier(options, proofSize: size)
        let report = try verifier.verify()
        guard let proof = InclusionProof(verifier, ledger: report.ledger) else {
            throw .unusable(
                "the file has no position \(options.position ?? 0) in a tree of \(size ?? report.last) leaves")
        }
        print(proof.json, terminator: "")
    }

    /// The size of the newest checkpoint that is not beyond the file; what a proof is best made for.
    private func newestSize(_ options: AuditOptions) throws(CheckFault) -> UInt64? {
        guard options.checkpoints != nil else { return nil }
        var verifier = try verifier(options)
        let size = try verifier.verify().checkpointSize
        return size == 0 ? nil : size
    }

    private func check(_ options: AuditOptions) throws(CheckFault) {
        let proof = try InclusionProof(json: file(options.file))
        guard var reader = try checkpoints(options) else { return }
        var signed: Checkpoint?
        while let checkpoint = try reader.next() {
            if checkpoint.size == proof.size { signed = checkpoint }
        }
        guard let signed else { throw .incomplete("no checkpoint of size \(proof.size) is given") }
        guard proof.isVouchedFor(by: signed) else {
            throw .tampered(proof.leaf.position, "the proof is not for the tree signed at \(signed.time)")
        }
        print("valid: position \(proof.leaf.position) is one of the \(proof.size) leaves signed at \(signed.time)")
        for line in LeafDescription(proof.leaf).lines { print("  \(line)") }
    }

    private func show(_ options: AuditOptions) throws(CheckFault) {
        var verifier = try verifier(options)
        _ = try verifier.verify()
        guard let leaf = verifier.found else { throw .unusable("the file has no position \(options.position ?? 0)") }
        for line in LeafDescription(leaf, verifier).lines { print(line) }
    }
}

extension AuditProgram {
    private func options() throws(CheckFault) -> AuditOptions {
        do throws(AuditOptions.Invalid) {
            return try AuditOptions(arguments)
        } catch {
            throw .unusable(error.message)
        }
    }

    private func verifier(_ options: AuditOptions, proofSize: UInt64? = nil) throws(CheckFault) -> ExportVerifier {
        var wishes = ExportVerifier.Options()
        wishes.isPart = options.isPart
        wishes.wanted = options.position
        wishes.proofSize = proofSize
        let source: FileSource
        do throws(SourceFault) { source = try FileSource(path: options.file) } catch { throw .unusable(error.message) }
        return try ExportVerifier(source, checkpoints: checkpoints(options), seen: seen(options), options: wishes)
    }

    private func checkpoints(_ options: AuditOptions) throws(CheckFault) -> CheckpointReader? {
        guard let path = options.checkpoints else { return nil }
        var keys: [PublicKey] = []
        for path in options.keys {
            let pem = try file(path)
            do throws(KeyFault) {
                keys.append(try PublicKey(pem: pem))
            } catch {
                throw .unusable("\(path): \(error.message)")
            }
        }
        do throws(SourceFault) {
            return CheckpointReader(try FileSource(path: path), keys: keys)
        } catch {
            throw .unusable(error.message)
        }
    }

    private func seen(_ options: AuditOptions) throws(CheckFault) -> SeenState? {
        guard let path = options.state, Files.exists(path) else { return nil }
        guard let state = SeenState(text: String(decoding: try file(path), as: UTF8.self)) else {
            throw .unusable("\(path): this is no state of erp-audit")
        }
        return state
    }

    private func file(_ path: String) throws(CheckFault) -> [UInt8] {
        do throws(SourceFault) {
            return try Files.read(path)
        } catch {
            throw .unusable(error.message)
        }
    }

    private var help: String {
        """
        Usage: erp-audit verify FILE [--checkpoints FILE --key PUBLIC.pem] [--state FILE] [--part]
               erp-audit prove  FILE --position N [--size N | --checkpoints FILE --key PUBLIC.pem]
               erp-audit check  PROOF --checkpoints FILE --key PUBLIC.pem
               erp-audit show   FILE --position N

        Judges an export of the audit chain (erp-auditor export) without a database; - reads standard input.

          verify   every leaf, payload, link, root and, with --checkpoints, every signature
          prove    writes the inclusion proof of one leaf as JSON
          check    checks such a proof against the checkpoints
          show     prints one leaf: its fields and the columns of its image

          --checkpoints FILE  what erp-auditor signed, kept where the database's administrators cannot write
          --key PUBLIC.pem    the Ed25519 public key; several times when the key was changed
          --state FILE        what was seen last time, so that a later export must contain it; written when valid
          --part              the export was asked to end before the ledger does: what was signed beyond is no fault
          --position, --size  which leaf; in the tree of how many leaves

        Exit status: 0 valid; 1 tampered, with the first bad position and why; 2 incomplete; 3 unusable.

        """
    }
}
