using NestC.Analysis;
using NestC.Builtin;
using NestC.IR;
using NestC.Passes.Analysis;

namespace NestC.Passes.Transforms;

/// <summary>How often each function that may be erased is referred to, kept up to date while calls are inlined.</summary>
internal sealed class InlineUses
{
    private sealed class User
    {
        public readonly HashSet<CallGraphNode> TopLevel = [];
        public readonly Dictionary<CallGraphNode, int> Inner = [];
        public bool Unknown;    // it may refer to anything
    }

    private readonly CallGraph graph;
    private readonly Dictionary<CallGraphNode, int> counts = [];
    private readonly Dictionary<CallGraphNode, User> users = [];
    private int unknown;        // how many may refer to anything

    public InlineUses(Operation root, CallGraph graph)
    {
        this.graph = graph;
        HashSet<CallGraphNode> alwaysLive = [];
        root.Walk(table =>
        {
            if (!table.Has(OpTraits.SymbolTable)) return WalkResult.Advance;
            bool allVisible = root.Block is null || table != root;
            foreach (Operation op in table.Region(0).First!.Operations)
            {
                if (op is ICallable { CallableRegion: { } region } && graph.Find(region) is { } node)
                {
                    if (op is ISymbol symbol && (allVisible || symbol.Visibility == SymbolVisibility.Private) && symbol.CanDiscardOnUseEmpty) counts.TryAdd(node, 0);
                    continue;
                }
                if (!Refer(op, (named, _) => alwaysLive.Add(named))) unknown++;
            }
            return WalkResult.Advance;
        });
        foreach (CallGraphNode node in graph.Nodes) Recount(node);
        foreach (CallGraphNode node in alwaysLive) counts.Remove(node);
    }

    // Where an operation may be a symbol table that nobody knows, any function may be referred to.
    private bool Refer(Operation op, Action<CallGraphNode, Operation> found) => SymbolUses.Walk(op, (SymbolRefAttr reference, Operation user) =>
    {
        if (graph.Named(user, reference) is { } node) found(node, user);
    });

    /// <summary>Counts again what a function refers to.</summary>
    public void Recount(CallGraphNode node)
    {
        Forget(node);
        User user = users[node] = new User();
        Operation callable = node.Callable;
        user.Unknown = !Refer(callable, (named, op) =>
        {
            if (!counts.ContainsKey(named)) return;
            if (op != callable) user.Inner[named] = user.Inner.GetValueOrDefault(named) + 1;
            else if (!user.TopLevel.Add(named)) return;
            counts[named]++;
        });
        if (user.Unknown) unknown++;
    }

    private void Forget(CallGraphNode node)
    {
        if (!users.Remove(node, out User? user)) return;
        if (user.Unknown) unknown--;
        foreach (CallGraphNode named in user.TopLevel) Subtract(named, 1);
        foreach ((CallGraphNode named, int count) in user.Inner) Subtract(named, count);
    }

    private void Subtract(CallGraphNode node, int count)
    {
        if (counts.TryGetValue(node, out int old)) counts[node] = old - count;
    }

    public bool IsDead(CallGraphNode node) => unknown == 0 && counts.TryGetValue(node, out int count) && count == 0;

    public bool IsLastUse(CallGraphNode node) => unknown == 0 && counts.TryGetValue(node, out int count) && count == 1;

    /// <summary>A call in a function went, and the callee's body came in its place.</summary>
    public void Inlined(CallGraphNode caller, CallGraphNode callee)
    {
        User user = users[caller];
        if (user.Inner.TryGetValue(callee, out int count))
        {
            user.Inner[callee] = count - 1;
            Subtract(callee, 1);
        }
        if (!users.TryGetValue(callee, out User? body)) return;
        foreach ((CallGraphNode named, int more) in body.Inner)
        {
            user.Inner[named] = user.Inner.GetValueOrDefault(named) + more;
            if (counts.TryGetValue(named, out int old)) counts[named] = old + more;
        }
    }

    /// <summary>The function is gone.</summary>
    public void Erase(CallGraphNode node) => Forget(node);
}
