using NestC.Diagnostics;

namespace NestC.IR;

/// <summary>
/// Verifies the isolated operations of a module one after another, each when a pass has just finished with it: it is in the cache then, and of a large module
/// fetching it once more would cost more than the checks do. Nothing is said; what is not sound is left to the verification of the whole.
/// </summary>
public sealed class EarlyVerification
{
    private readonly DiagnosticEngine quiet = new();
    private readonly HashSet<Operation> sound = [];
    private bool spoke;

    public EarlyVerification() => quiet.PushHandler(_ => spoke = true);

    /// <summary>Verifies an operation that will not be changed any more until the whole is verified.</summary>
    public void Finished(Operation op)
    {
        spoke = false;
        if (Verifier.Verify(op, quiet, sound) && !spoke) sound.Add(op);
    }

    /// <summary>Forgets what was verified: something was changed after all.</summary>
    public void Reopen() => sound.Clear();

    /// <summary>Verifies the rest of an operation. False after errors were reported.</summary>
    public bool VerifyRest(Operation op) => Verifier.Verify(op, op.Context.Diagnostics, sound);
}
