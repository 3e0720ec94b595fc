using NestC.Diagnostics;

namespace NestC.IR;

/// <summary>
/// Verifies the isolated operations of a module one after another, each when a pass has just finished with it: it is in the cache then, and of a large module
/// fetching it once more would cost more than the checks do. Nothing is said; what is not sound is left to the verification of the whole.
/// </summary>
public sealed class EarlyVerification
{
    // Made when needed: most passes are run on operations that hold no isolated ones.
    private Verifier? quiet;
    private HashSet<Operation>? sound;
    private DominanceInfo? dominance;

    /// <summary>Verifies an operation that will not be changed any more until the whole is verified.</summary>
    public void Finished(Operation op)
    {
        if (IsSound(op)) (sound ??= []).Add(op);
    }

    private bool IsSound(Operation op) => (quiet ??= Verifier.Quiet()).IsSound(op, sound, dominance);

    /// <summary>Takes the dominator trees of a pass that changes neither blocks nor edges between them, so that they are not made once more.</summary>
    public void BlocksStayAsIn(DominanceInfo trees) => dominance = trees;

    /// <summary>Forgets what was verified: something was changed after all.</summary>
    public void Reopen() => (sound, dominance) = (null, null);

    /// <summary>Verifies the rest of an operation. False after errors were reported.</summary>
    public bool VerifyRest(Operation op) => IsSound(op) || Verifier.Verify(op, op.Context.Diagnostics, sound);
}
