namespace NestC.Diagnostics;

/// <summary>
/// Keeps what threads say while they work side by side, and says it in program order when the work is done: each isolated
/// operation has an order id (its place in the program), and the ids, not the clock, decide what comes first.
/// </summary>
/// <remarks>
/// A thread enters an order id for as long as it works on that operation. The association is a field of the thread and ends
/// with the scope; nothing flows to threads that the work starts itself. Scopes nest: the inner one flushes into the slot
/// that the disposing thread is in.
/// </remarks>
public sealed class OrderedDiagnostics(DiagnosticEngine engine) : IDisposable
{
    [ThreadStatic]
    private static Slot? current;

    private readonly Lock gate = new();
    private readonly List<Slot> slots = [];
    private bool disposed;

    /// <summary>Keeps what this thread says to the engine under <paramref name="orderId"/> until the returned scope is disposed.</summary>
    /// <exception cref="ObjectDisposedException">The diagnostics have been flushed.</exception>
    public Scope Enter(long orderId)
    {
        Slot slot = new(this, orderId, current);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            slot.Sequence = slots.Count;
            slots.Add(slot);
        }
        current = slot;
        return new Scope(slot);
    }

    /// <summary>Says everything that was kept: by order id, and in the order said within one.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            if (disposed) return;
            disposed = true;
        }
        // One id may have been entered several times, by one pass after the other: the sequence number keeps their order.
        slots.Sort(static (a, b) => a.OrderId != b.OrderId ? a.OrderId.CompareTo(b.OrderId) : a.Sequence.CompareTo(b.Sequence));
        foreach (Slot slot in slots)
        {
            if (slot.Kept is null) continue;
            foreach (Diagnostic diagnostic in slot.Kept)
            {
                if (!Keep(engine, diagnostic)) engine.Deliver(diagnostic);
            }
        }
    }

    /// <summary>Keeps the diagnostic for later when the calling thread works inside an order id of this engine.</summary>
    internal static bool Keep(DiagnosticEngine engine, Diagnostic diagnostic)
    {
        for (Slot? slot = current; slot is not null; slot = slot.Outer)
        {
            if (slot.Owner.Engine != engine || slot.Owner.disposed) continue;
            (slot.Kept ??= []).Add(diagnostic);
            return true;
        }
        return false;
    }

    private DiagnosticEngine Engine => engine;

    internal sealed class Slot(OrderedDiagnostics owner, long orderId, Slot? outer)
    {
        public readonly OrderedDiagnostics Owner = owner;
        public readonly long OrderId = orderId;
        public readonly Slot? Outer = outer;
        public int Sequence;
        public List<Diagnostic>? Kept;
    }

    /// <summary>Leaves the order id when disposed, on the thread that entered it.</summary>
    public readonly struct Scope : IDisposable
    {
        private readonly Slot? slot;

        internal Scope(Slot slot) => this.slot = slot;

        public void Dispose()
        {
            if (slot is not null) current = slot.Outer;
        }
    }
}
