using NestC.Builtin;
using NestC.IR;
using NestC.Support;

namespace NestC.Analysis;

/// <summary>A call, and what it is known to call: null when that is elsewhere or not known.</summary>
public readonly record struct CallEdge(Operation Call, CallGraphNode? Callee);

/// <summary>A callable operation with the calls in its body, in program order.</summary>
public sealed class CallGraphNode(Operation callable)
{
    internal readonly List<CallEdge> Edges = [];
    internal readonly List<(CallGraphNode Caller, Operation Call)> Callers = [];
    internal int Number = -1, Low;
    internal bool OnStack;

    public Operation Callable { get; } = callable;

    public IReadOnlyList<CallEdge> Calls => Edges;

    /// <summary>The known calls of it.</summary>
    public IReadOnlyList<(CallGraphNode Caller, Operation Call)> CalledBy => Callers;

    /// <summary>Whether something other than the known calls may call it: it can be seen from outside, or its symbol is used otherwise.</summary>
    public bool MayBeCalledFromElsewhere { get; internal set; }
}

/// <summary>Who calls whom below an operation. Callees are symbols; a call of a value calls something that is not known.</summary>
public sealed class CallGraph
{
    private readonly List<CallGraphNode> nodes = [];
    private readonly Dictionary<Operation, CallGraphNode> byOp = [];
    private readonly SymbolTableCollection tables = new();

    public CallGraph(Operation root)
    {
        Collect(root);
        foreach (CallGraphNode node in nodes)
            node.MayBeCalledFromElsewhere = node.Callable != root && (node.Callable is not ISymbol symbol || symbol.Visibility == SymbolVisibility.Public
                || (symbol.Visibility == SymbolVisibility.Nested && root.Block is not null && node.Callable.ParentOp == root));
        Connect(root, null);
        if (!MayHoldUnknownTables(root)) return;
        foreach (CallGraphNode node in nodes) node.MayBeCalledFromElsewhere = true;
    }

    /// <summary>The callables with a body, in program order.</summary>
    public IReadOnlyList<CallGraphNode> Nodes => nodes;

    public CallGraphNode? Find(Operation callable) => byOp.GetValueOrDefault(callable);

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

    private void Collect(Operation op)
    {
        if (op.RegionCount > 0 && DeepStack.IsShort)
        {
            DeepStack.Run((this, op), static s => s.Item1.Collect(s.op));
            return;
        }
        if (op is ICallable { CallableRegion: not null })
        {
            CallGraphNode node = new(op);
            nodes.Add(node);
            byOp.Add(op, node);
        }
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                foreach (Operation inner in block.Operations) Collect(inner);
    }

    private void Connect(Operation op, CallGraphNode? inside)
    {
        if (op.RegionCount > 0 && DeepStack.IsShort)
        {
            DeepStack.Run((this, op, inside), static s => s.Item1.Connect(s.op, s.inside));
            return;
        }
        if (byOp.TryGetValue(op, out CallGraphNode? own)) inside = own;
        SymbolRefAttr? called = op is ICall call ? call.Callee : null;
        if (op is ICall)
        {
            CallGraphNode? callee = called is null ? null : Resolve(op, called);
            if (inside is not null)
            {
                inside.Edges.Add(new CallEdge(op, callee));
                callee?.Callers.Add((inside, op));
            }
            else if (callee is not null) callee.MayBeCalledFromElsewhere = true;
        }
        MarkOtherReferences(op, called);
        foreach (Region region in op.Regions)
            foreach (Block block in region.Blocks)
                foreach (Operation inner in block.Operations) Connect(inner, inside);
    }

    private CallGraphNode? Resolve(Operation from, SymbolRefAttr reference) =>
        tables.Resolve(from, reference) is { } target ? byOp.GetValueOrDefault(target) : null;

    // A symbol that is mentioned anywhere but as a callee may be called by anyone who gets hold of it.
    private void MarkOtherReferences(Operation op, SymbolRefAttr? called)
    {
        References references = new(called);
        foreach (NamedAttr attribute in op.Attributes.Entries) references.Visit(attribute.Value);
        if (op.PropertiesAttr is { } properties) references.Visit(properties);
        foreach (SymbolRefAttr reference in references.Found)
        {
            Operation from = op.Has(OpTraits.SymbolTable) ? op : op.ParentOp ?? op;
            if (Resolve(from, reference) is { } node) node.MayBeCalledFromElsewhere = true;
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
    /// The strongly connected components, callees before callers (Tarjan, "Depth-first search and linear graph algorithms", 1972): the order
    /// in which an inliner works.
    /// </summary>
    public List<List<CallGraphNode>> BottomUp()
    {
        List<List<CallGraphNode>> components = [];
        Stack<CallGraphNode> stack = new();
        foreach (CallGraphNode node in nodes) node.Number = -1;
        int count = 0;
        foreach (CallGraphNode start in nodes)
        {
            if (start.Number >= 0) continue;
            Stack<(CallGraphNode Node, int Next)> path = new();
            path.Push((start, 0));
            while (path.Count > 0)
            {
                (CallGraphNode node, int next) = path.Pop();
                if (next == 0)
                {
                    node.Number = node.Low = count++;
                    stack.Push(node);
                    node.OnStack = true;
                }
                else if (node.Edges[next - 1].Callee is { } done && done.OnStack) node.Low = Math.Min(node.Low, done.Low);
                if (next < node.Edges.Count)
                {
                    path.Push((node, next + 1));
                    if (node.Edges[next].Callee is not { } callee) continue;
                    if (callee.Number < 0) path.Push((callee, 0));
                    continue;
                }
                if (node.Low != node.Number) continue;
                List<CallGraphNode> component = [];
                CallGraphNode member;
                do
                {
                    member = stack.Pop();
                    member.OnStack = false;
                    component.Add(member);
                }
                while (member != node);
                component.Reverse();
                components.Add(component);
            }
        }
        return components;
    }
}
