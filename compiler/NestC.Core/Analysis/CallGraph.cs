using NestC.Builtin;
using NestC.IR;
using NestC.Passes;
using NestC.Support;

namespace NestC.Analysis;

/// <summary>A call, and what it is known to call: null when that is elsewhere or not known.</summary>
public readonly record struct CallEdge(Operation Call, CallGraphNode? Callee);

/// <summary>A callable operation that has a body, with the calls in it in program order.</summary>
public sealed class CallGraphNode
{
    private readonly CallGraph graph;
    internal readonly List<CallEdge> Edges = [];
    internal readonly List<(CallGraphNode Caller, Operation Call)> Callers = [];
    internal readonly List<CallGraphNode> Inner = [];       // the callables directly in it
    internal int Visit;                                     // number in the search for components; 0: not visited, int.MaxValue: done
    internal bool SeenFromElsewhere;

    internal CallGraphNode(CallGraph graph, Operation callable, Region body)
    {
        this.graph = graph;
        Callable = callable;
        Body = body;
    }

    public Operation Callable { get; }

    public Region Body { get; }

    public IReadOnlyList<CallEdge> Calls => Edges;

    /// <summary>The known calls of it.</summary>
    public IReadOnlyList<(CallGraphNode Caller, Operation Call)> CalledBy => Callers;

    /// <summary>Whether other callables stand in its body.</summary>
    public bool HasChildren => Inner.Count > 0;

    public bool CallsItself { get; internal set; }

    /// <summary>Whether something other than the known calls may call it: it can be seen from outside, or its symbol is used otherwise.</summary>
    public bool MayBeCalledFromElsewhere
    {
        get
        {
            graph.FindOtherUsers();
            return SeenFromElsewhere;
        }
    }

    // Each once: what it holds, then what it calls.
    internal CallGraphNode[] Targets()
    {
        List<CallGraphNode> targets = [.. Inner];
        HashSet<CallGraphNode> known = [.. Inner];
        foreach (CallEdge edge in Edges)
            if (edge.Callee is { } callee && known.Add(callee)) targets.Add(callee);
        return [.. targets];
    }
}

/// <summary>
/// Who calls whom below an operation, in program order, so that what walks it is deterministic. Callees are symbols; a call of a value calls something that is
/// not known.
/// </summary>
public sealed class CallGraph : IAnalysis<CallGraph>
{
    private readonly Operation root;
    private readonly List<CallGraphNode> nodes = [];
    private readonly List<CallGraphNode> outermost = [];
    private readonly Dictionary<Operation, CallGraphNode> byOp = [];
    private readonly SymbolTableCollection tables = new();
    private bool otherUsersKnown;

    public CallGraph(Operation root)
    {
        this.root = root;
        Collect(root, null);
        Connect(root, null);
    }

    public static CallGraph Create(Operation op, AnalysisManager analyses) => new(op);

    /// <summary>The callables with a body, in program order.</summary>
    public IReadOnlyList<CallGraphNode> Nodes => nodes;

    public CallGraphNode? Find(Operation callable) => byOp.GetValueOrDefault(callable);

    /// <summary>The callable of which this region is the body, or null.</summary>
    public CallGraphNode? Find(Region body) => body.Parent is { } callable && Find(callable) is { } node && node.Body == body ? node : null;

    /// <summary>What a call goes to; null when that is not known.</summary>
    public CallGraphNode? Resolve(Operation call) => call is ICall { Callee: { } callee } ? Named(call, callee) : null;

    /// <summary>The callable that a symbol names where an operation stands, or null.</summary>
    public CallGraphNode? Named(Operation from, SymbolRefAttr name) => tables.Resolve(from, name) is { } target ? Find(target) : null;

    internal void FindOtherUsers()
    {
        if (otherUsersKnown) return;
        otherUsersKnown = true;
        bool unknown = MayHoldUnknownTables(root);
        foreach (CallGraphNode node in nodes)
            node.SeenFromElsewhere = unknown || (node.Callable != root && (node.Callable is not ISymbol symbol || symbol.Visibility == SymbolVisibility.Public
                || (symbol.Visibility == SymbolVisibility.Nested && root.Block is not null && node.Callable.ParentOp == root)));
        if (!unknown) MarkOtherUses(root, false);
    }

    // A region of an operation that nobody knows may be a symbol table, whose references mean something else.
    private static bool MayHoldUnknownTables(Operation op)
    {
        if (op.RegionCount == 1 && op.Info.Dialect is null) return true;
        if (DeepStack.IsShort) return DeepStack.Run(op, static o => MayHoldUnknownTables(o));
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
            {
                if (!block.MayHoldRegions) continue;
                foreach (Operation inner in block.Operations)
                    if (inner.RegionCount > 0 && MayHoldUnknownTables(inner)) return true;
            }
        return false;
    }

    private void Collect(Operation op, CallGraphNode? inside)
    {
        if (op.RegionCount > 0 && DeepStack.IsShort)
        {
            DeepStack.Run((this, op, inside), static s => s.Item1.Collect(s.op, s.inside));
            return;
        }
        if (op is ICallable { CallableRegion: { } body })
        {
            CallGraphNode node = new(this, op, body);
            nodes.Add(node);
            byOp.Add(op, node);
            (inside?.Inner ?? outermost).Add(node);
            inside = node;
        }
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                foreach (Operation inner in block.Operations) Collect(inner, inside);
    }

    private void Connect(Operation op, CallGraphNode? inside)
    {
        if (op.RegionCount > 0 && DeepStack.IsShort)
        {
            DeepStack.Run((this, op, inside), static s => s.Item1.Connect(s.op, s.inside));
            return;
        }
        if (op is ICall && inside is not null)
        {
            CallGraphNode? callee = Resolve(op);
            inside.Edges.Add(new CallEdge(op, callee));
            callee?.Callers.Add((inside, op));
            inside.CallsItself |= callee == inside;
        }
        if (op.RegionCount == 0) return;
        inside = Find(op) ?? inside;
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                foreach (Operation inner in block.Operations) Connect(inner, inside);
    }

    private void MarkOtherUses(Operation op, bool inside)
    {
        if (op.RegionCount > 0 && DeepStack.IsShort)
        {
            DeepStack.Run((this, op, inside), static s => s.Item1.MarkOtherUses(s.op, s.inside));
            return;
        }
        inside |= Find(op) is not null;
        SymbolRefAttr? called = op is ICall call ? call.Callee : null;
        // A call that stands in no callable is none of the known ones.
        if (called is not null && !inside && Named(op, called) is { } callee) callee.SeenFromElsewhere = true;
        MarkOtherReferences(op, called);
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                foreach (Operation inner in block.Operations) MarkOtherUses(inner, inside);
    }

    // A symbol that is mentioned anywhere but as a callee may be called by anyone who gets hold of it.
    private void MarkOtherReferences(Operation op, SymbolRefAttr? called)
    {
        References references = new(called);
        foreach (NamedAttr attribute in op.Attributes.Entries) references.Visit(attribute.Value);
        if (op.PropertiesAttr is { } properties) references.Visit(properties);
        foreach (SymbolRefAttr reference in references.Found)
        {
            Operation from = op.Has(OpTraits.SymbolTable) ? op : op.ParentOp ?? op;
            if (Named(from, reference) is { } node) node.SeenFromElsewhere = true;
        }
    }

    private sealed class References(SymbolRefAttr? except) : IPartVisitor
    {
        public readonly List<SymbolRefAttr> Found = [];
        private bool skipped;

        public void Visit(IrType type)
        {
        }

        public void Visit(Attr attr)
        {
            if (attr is SymbolRefAttr reference)
            {
                if (reference == except && !skipped) skipped = true;
                else Found.Add(reference);
                return;
            }
            attr.VisitParts(this);
        }
    }

    /// <summary>
    /// The strongly connected components, those that are called first, from what stands in no other callable (Tarjan, "Depth-first search and linear graph
    /// algorithms", 1972): the order in which an inliner works.
    /// </summary>
    public List<List<CallGraphNode>> BottomUp()
    {
        List<List<CallGraphNode>> components = [];
        List<CallGraphNode> stack = [];
        Vec<(CallGraphNode Node, CallGraphNode[] Targets, int Next, int Least)> path = default;
        foreach (CallGraphNode node in nodes) node.Visit = 0;
        int clock = 0;
        foreach (CallGraphNode start in outermost)
        {
            if (start.Visit != 0) continue;
            Enter(start);
            while (!path.IsEmpty)
            {
                ref (CallGraphNode Node, CallGraphNode[] Targets, int Next, int Least) top = ref path[path.Count - 1];
                if (top.Next < top.Targets.Length)
                {
                    CallGraphNode target = top.Targets[top.Next++];
                    if (target.Visit == 0) Enter(target);
                    else if (target.Visit < top.Least) top.Least = target.Visit;
                    continue;
                }
                (CallGraphNode node, _, _, int least) = path.Pop();
                if (!path.IsEmpty)
                {
                    ref (CallGraphNode Node, CallGraphNode[] Targets, int Next, int Least) below = ref path[path.Count - 1];
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
            path.Add((node, node.Targets(), 0, clock));
        }
    }
}
