using System.Globalization;
using System.Text;
using NestC.Builtin;
using NestC.IR;

namespace NestC.Onnx.Export;

/// <summary>Weights of a module that stand in files, while passes look at them: they are mapped, and become references again before the module is
/// printed. What passes made new has data of its own.</summary>
public sealed class AttachedWeights
{
    private const string Group = "nest";

    private readonly NestContext context;
    private readonly string folder;
    private readonly List<(ResourceHandle Handle, ResourceBlob Blob)> attached = [];

    private AttachedWeights(NestContext context, string folder) => (this.context, this.folder) = (context, folder);

    /// <summary>Maps the files; null where the module refers to none. What is missing is told, and stays without data.</summary>
    /// <param name="folder">That of the module, from which paths are relative.</param>
    public static AttachedWeights? Attach(NestContext context, string folder, Action<OnnxError> missing)
    {
        if (context.ExternalResources?.Find(Group) is not { } group) return null;
        foreach (OnnxError error in WeightFiles.Attach(context, folder)) missing(error);
        AttachedWeights weights = new(context, folder);
        foreach (ExternalResources.Entry entry in group.Entries)
            if (context.Resources.Find("builtin", entry.Key) is { Blob: { } blob } handle) weights.attached.Add((handle, blob));
        return weights;
    }

    /// <summary>Makes the weights references again, and forgets those that the module uses no more.</summary>
    /// <param name="root">The module.</param>
    /// <param name="target">The folder in which it will stand.</param>
    public void Detach(Operation root, string target)
    {
        foreach ((ResourceHandle handle, ResourceBlob blob) in attached)
            if (handle.Blob == blob) handle.Blob = null;
        HashSet<string> used = new(StringComparer.Ordinal);
        root.Walk(op =>
        {
            if (op is IConstantLike { ConstantValue: DenseResourceElementsAttr one }) used.Add(one.Handle.Key);
            else
            {
                Note(op.PropertiesAttr as DictionaryAttr, used);
                Note(op.Attributes, used);
            }
            return WalkResult.Advance;
        });
        ExternalResources old = context.ExternalResources!, kept = new();
        foreach (ExternalResources.Group group in old.Groups)
            foreach (ExternalResources.Entry entry in group.Entries)
            {
                if (group.Name == Group && !used.Contains(entry.Key) && IsKnown(entry.Key)) continue;
                Add(kept, group, entry, target);
            }
        context.ExternalResources = kept.Groups.Count == 0 ? null : kept;
    }

    private bool IsKnown(string key) => context.Resources.Find("builtin", key) is not null;

    private static void Note(DictionaryAttr? attributes, HashSet<string> used)
    {
        if (attributes is null) return;
        foreach (NamedAttr attribute in attributes.Entries)
            if (attribute.Value is DenseResourceElementsAttr one) used.Add(one.Handle.Key);
    }

    private void Add(ExternalResources to, ExternalResources.Group group, ExternalResources.Entry entry, string target)
    {
        ExternalResources.Group into = to.GetGroup(group.Name);
        switch (entry.Value)
        {
            case byte[] text when group.Name == Group: into.Add(entry.Key, Relative(Encoding.UTF8.GetString(text), target)); break;
            case byte[] text: into.Add(entry.Key, text); break;
            case bool flag: into.Add(entry.Key, flag); break;
            case ResourceBlob blob: into.Add(entry.Key, blob); break;
        }
    }

    // `file:offset:length:hash`, with the file as seen from another folder.
    private string Relative(string text, string target)
    {
        string[] parts = text.Split(':');
        if (parts.Length < 4 || Path.GetFullPath(target) == Path.GetFullPath(folder)) return text;
        string path = Path.GetRelativePath(target, Path.Combine(folder, string.Join(':', parts[..^3]))).Replace('\\', '/');
        return string.Create(CultureInfo.InvariantCulture, $"{path}:{parts[^3]}:{parts[^2]}:{parts[^1]}");
    }
}
