namespace NestC.Dialects.Npu.Simulator;

/// <summary>The readers of DRAM, in the order of their priority.</summary>
internal enum ReadClient : byte
{
    Fetch,
    Uop,
    Inp,
    Wgt,
    Acc,
}

/// <summary>
/// The one DRAM read channel. A client's rows are cut into bursts; each cycle the first client in order of priority that has a burst
/// to ask for is accepted, while fewer than a given number are under way. Data come back in the order of acceptance, one beat a cycle,
/// the first at the earliest a latency after its acceptance.
/// </summary>
internal sealed class ReadChannel
{
    public const long Never = long.MaxValue;

    private const int Clients = 5;

    private readonly int latency, maxBurst;
    private readonly long[] ready = new long[Clients];
    private readonly int[] rowsLeft = new int[Clients], rowBeats = new int[Clients], rowLeft = new int[Clients];
    private readonly long[] slots;
    private long nextRequest, dataFree;
    private int slot;

    public ReadChannel(int latency, int maxBurst, int outstanding)
    {
        this.latency = latency;
        this.maxBurst = maxBurst;
        slots = new long[outstanding];
        Array.Fill(ready, Never);
    }

    /// <summary>The beats carried so far.</summary>
    public long Beats { get; private set; }

    /// <summary>Starts a transfer of rows that asks for its first burst at <paramref name="time"/>.</summary>
    public void Request(ReadClient client, long time, int rows, int beatsPerRow)
    {
        int c = (int)client;
        ready[c] = time;
        rowsLeft[c] = rows;
        rowBeats[c] = rowLeft[c] = beatsPerRow;
    }

    /// <summary>The time at which the next burst can be accepted, or <see cref="Never"/>.</summary>
    public long NextTime
    {
        get
        {
            long first = Never;
            foreach (long time in ready)
                first = Math.Min(first, time);
            return first == Never ? Never : Math.Max(first, Math.Max(nextRequest, slots[slot]));
        }
    }

    /// <summary>
    /// Accepts one burst at <paramref name="now"/>. Returns the client and, when that was its last burst, the time after its last beat;
    /// otherwise <see cref="Never"/>.
    /// </summary>
    public (ReadClient Client, long End) Accept(long now)
    {
        int c = 0;
        while (ready[c] > now)
            c++;
        int beats = Math.Min(rowLeft[c], maxBurst);
        dataFree = Math.Max(now + latency, dataFree) + beats;
        Beats += beats;
        slots[slot] = dataFree;
        slot = slot + 1 == slots.Length ? 0 : slot + 1;
        nextRequest = now + 1;
        rowLeft[c] -= beats;
        if (rowLeft[c] == 0)
        {
            rowLeft[c] = rowBeats[c];
            rowsLeft[c]--;
        }
        if (rowsLeft[c] > 0)
            return ((ReadClient)c, Never);
        ready[c] = Never;
        return ((ReadClient)c, dataFree);
    }
}
