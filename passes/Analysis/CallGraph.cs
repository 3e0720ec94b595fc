using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Passes.Analysis;

/// <summary>A callable region in a call graph, with the nodes that it calls or holds.</summary>
public sealed class CallGraphNode
{
    internal readonly List<CallGraphNode> Targets = [];
    internal int Visit;     // number in the search for components; 0: not visited, int.MaxValue: done

    internal CallGraphNode(Region? region) => Region = region;

    /// <summary>The body; null for the one node that stands for all callables that are not known.</summary>
    public Region? Region { get; internal set; }

    public bool IsExternal => Region is null;

    /// <summary>The operation whose region it is.</summary>
    public Operation Callable => Region!.Parent!;

    public bool HasChildren { get; internal set; }

    public bool CallsItself { get; internal set; }

    internal void Add(CallGraphNode target)
    {
        if (!Targets.Contains(target)) Targets.Add(target);
    }
}

/// <summary>Which callable regions call which. Built in program order, so that what walks it is deterministic.</summary>
public sealed class CallGraph : IAnalysis<CallGraph>
{
    private readonly Dictionary<Region, CallGraphNode> nodes = [];
    private readonly List<CallGraphNode> order = [];
    private readonly CallGraphNode unknown = new(null);
    private readonly SymbolTableCollection symbols = new();

    public CallGraph(Operation root)
    {
        FindCallables(root, null);
        FindCalls(root, null);
    }

    public static CallGraph Create(Operation op, AnalysisManager analyses) => new(op);

    /// <summary>All nodes with a region, in program order.</summary>
    public IReadOnlyList<CallGraphNode> Nodes => order;

    public CallGraphNode? Find(Region region) => nodes.GetValueOrDefault(region);

    /// <summary>The node that a call goes to; the external one when that is not known.</summary>
    public CallGraphNode Resolve(Operation call) =>
        call is ICall { Callee: { } callee } && symbols.Resolve(call, callee) is ICallable { CallableRegion: { } region } ? Find(region) ?? unknown : unknown;

    /// <summary>The node of what a symbol names, or null.</summary>
    public CallGraphNode? Named(Operation from, SymbolRefAttr name) =>
        symbols.Resolve(from, name) is ICallable { CallableRegion: { } region } ? Find(region) : null;

    private void FindCallables(Operation op, CallGraphNode? parent)
    {
        if (op.RegionCount > 0 && DeepStack.IsShort)
        {
            DeepStack.Run((this, op, parent), static s => s.Item1.FindCallables(s.op, s.parent));
            return;
        }
        if (op is ICall) return;
        if (op is ICallable callable)
        {
            if (callable.CallableRegion is not { } region) return;
            CallGraphNode node = new(region);
            nodes.Add(region, node);
            order.Add(node);
            if (parent is not null)
            {
                parent.Add(node);
                parent.HasChildren = true;
            }
            else External.Add(node);
            parent = node;
        }
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                foreach (Operation inner in block.Operations) FindCallables(inner, parent);
    }

    private List<CallGraphNode> External { get; } = [];

    private void FindCalls(Operation op, CallGraphNode? parent)
    {
        if (op.RegionCount > 0 && DeepStack.IsShort)
        {
            DeepStack.Run((this, op, parent), static s => s.Item1.FindCalls(s.op, s.parent));
            return;
        }
        if (op is ICall)
        {
            if (parent is null) return;
            CallGraphNode target = Resolve(op);
            parent.Add(target);
            parent.CallsItself |= target == parent;
            return;
        }
        if (op is ICallable callable)
        {
            if (callable.CallableRegion is not { } region) return;
            parent = nodes[region];
        }
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                foreach (Operation inner in block.Operations) FindCalls(inner, parent);
    }

    /// <summary>Strongly connected components, those that are called first (Tarjan, "Depth-first search and linear graph algorithms", 1972).</summary>
    public List<List<CallGraphNode>> Components()
    {
        List<List<CallGraphNode>> components = [];
        List<CallGraphNode> stack = [];
        Vec<(CallGraphNode Node, int Next, int Least)> path = default;
        int clock = 0;
        foreach (CallGraphNode start in External)
        {
            if (start.Visit != 0) continue;
            Enter(start);
            while (!path.IsEmpty)
            {
                ref (CallGraphNode Node, int Next, int Least) top = ref path[path.Count - 1];
                if (top.Next < top.Node.Targets.Count)
                {
                    CallGraphNode target = top.Node.Targets[top.Next++];
                    if (target.Visit == 0) Enter(target);
                    else if (target.Visit < top.Least) top.Least = target.Visit;
                    continue;
                }
                (CallGraphNode node, _, int least) = path.Pop();
                if (!path.IsEmpty)
                {
                    ref (CallGraphNode Node, int Next, int Least) below = ref path[path.Count - 1];
                    below.Least = Math.Min(below.Least, least);
                }
                if (least != node.Visit) continue;
                List<CallGraphNode> component = [];
                CallGraphNode member;
                do
                {
                    member = stack[^1];
                    stack.RemoveAt(stack.Count - 1);
                    member.Visit = int.MaxValue;
                    component.Add(member);
                }
                while (member != node);
                components.Add(component);
            }
        }
        return components;

        void Enter(CallGraphNode node)
        {
            node.Visit = ++clock;
            stack.Add(node);
            path.Add((node, 0, clock));
        }
    }
}
