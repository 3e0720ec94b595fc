using NestC.Dialects.Npu.Isa;

namespace NestC.Dialects.Npu.Simulator;

/// <summary>
/// The four token queues, and what each instruction knows through them: for each module the latest instruction that has certainly
/// completed before it starts. The k-th push matches the k-th pop, so this knowledge does not depend on the order in which modules run.
/// </summary>
internal sealed class TokenNetwork
{
    private readonly int[][] clocks;
    private readonly List<int>[] pushed = [[], [], [], []];
    private readonly int[] popped = new int[4];
    private readonly List<int>[] poppers = [[], [], [], []];
    private readonly int[] latest = [-1, -1, -1];

    public TokenNetwork(int instructions)
    {
        clocks = [New(instructions), New(instructions), New(instructions)];

        static int[] New(int count)
        {
            var clock = new int[count];
            Array.Fill(clock, -1);
            return clock;
        }
    }

    /// <summary>The latest instruction of <paramref name="module"/> that has completed before <paramref name="instruction"/> starts, or -1.</summary>
    public int Known(int instruction, VtaModule module) => clocks[(int)module][instruction];

    /// <summary>The tokens that wait in a queue.</summary>
    public int Waiting(TokenQueue queue) => pushed[(int)queue].Count - popped[(int)queue];

    /// <summary>The instruction that pushed the oldest token that still waits.</summary>
    public int OldestWaiting(TokenQueue queue) => pushed[(int)queue][popped[(int)queue]];

    /// <summary>True when every token that the instruction pops is there.</summary>
    public bool CanStart(VtaModule module, TokenFlags tokens) =>
        HasToken(module, tokens, TokenFlags.PopPrev) && HasToken(module, tokens, TokenFlags.PopNext);

    /// <summary>Pops the tokens of an instruction and computes what it knows.</summary>
    public void Start(int instruction, VtaModule module, TokenFlags tokens)
    {
        if (latest[(int)module] is var before and >= 0)
        {
            for (int m = 0; m < 3; m++)
                clocks[m][instruction] = clocks[m][before];
            clocks[(int)module][instruction] = before;
        }
        latest[(int)module] = instruction;
        Pop(instruction, module, tokens, TokenFlags.PopPrev);
        Pop(instruction, module, tokens, TokenFlags.PopNext);
    }

    /// <summary>
    /// Pushes the tokens of a completed instruction. Returns, for each side, the most tokens that the queue may hold at that moment in any
    /// order of execution: those pushed so far, without those whose popping this instruction knows of.
    /// </summary>
    public (int Prev, int Next) Complete(int instruction, VtaModule module, TokenFlags tokens) =>
        (Push(instruction, module, tokens, TokenFlags.PushPrev), Push(instruction, module, tokens, TokenFlags.PushNext));

    private bool HasToken(VtaModule module, TokenFlags tokens, TokenFlags flag) =>
        (tokens & flag) == 0 || VtaInstruction.PopQueue(module, flag) is not { } queue || Waiting(queue) > 0;

    private void Pop(int instruction, VtaModule module, TokenFlags tokens, TokenFlags flag)
    {
        if ((tokens & flag) == 0 || VtaInstruction.PopQueue(module, flag) is not { } queue)
            return;
        int pusher = pushed[(int)queue][popped[(int)queue]++];
        poppers[(int)queue].Add(instruction);
        for (int m = 0; m < 3; m++)
            clocks[m][instruction] = Math.Max(clocks[m][instruction], clocks[m][pusher]);
        int source = (int)Pusher(queue);
        clocks[source][instruction] = Math.Max(clocks[source][instruction], pusher);
    }

    private int Push(int instruction, VtaModule module, TokenFlags tokens, TokenFlags flag)
    {
        if ((tokens & flag) == 0 || VtaInstruction.PushQueue(module, flag) is not { } queue)
            return 0;
        pushed[(int)queue].Add(instruction);
        // Poppers are in the order of their module, so those known of are the first ones.
        List<int> pops = poppers[(int)queue];
        int known = clocks[(int)Popper(queue)][instruction], low = 0, high = pops.Count;
        while (low < high)
        {
            int middle = (low + high) >> 1;
            if (pops[middle] <= known)
                low = middle + 1;
            else
                high = middle;
        }
        return pushed[(int)queue].Count - low;
    }

    /// <summary>The module that pushes to a queue.</summary>
    public static VtaModule Pusher(TokenQueue queue) => queue switch
    {
        TokenQueue.LoadToCompute => VtaModule.Load,
        TokenQueue.StoreToCompute => VtaModule.Store,
        _ => VtaModule.Compute,
    };

    /// <summary>The module that pops from a queue.</summary>
    public static VtaModule Popper(TokenQueue queue) => queue switch
    {
        TokenQueue.ComputeToLoad => VtaModule.Load,
        TokenQueue.ComputeToStore => VtaModule.Store,
        _ => VtaModule.Compute,
    };
}
