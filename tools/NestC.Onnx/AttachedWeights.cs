using System.Diagnostics.CodeAnalysis;
using NestC.Builtin;
using NestC.IR;

namespace NestC.Onnx;

/// <summary>
/// The weights of a module while passes run on it: those that it refers to are mapped, and afterwards the unchanged ones are references again, relative to where the
/// result is written, and new ones go to a file of their own beside it.
/// </summary>
public sealed class AttachedWeights
{
    private readonly NestContext context;
    private readonly Dictionary<ResourceHandle, Mapped> mapped = [];
    private readonly HashSet<ResourceHandle> inText = [];

    /// <summary>Maps the files that the module refers to.</summary>
    /// <param name="folder">Where the module's file is: its references are relative to it.</param>
    /// <param name="errors">What is wrong with files or references.</param>
    public AttachedWeights(NestContext context, Operation root, string folder, out IReadOnlyList<OnnxError> errors)
    {
        this.context = context;
        foreach (DenseResourceElementsAttr weight in WeightFiles.Used(root))
            if (weight.Handle.Blob is not null) inText.Add(weight.Handle);
        errors = WeightFiles.Attach(context, folder);
        foreach (ExternalResources.Entry entry in context.ExternalResources!.GetGroup(WeightFiles.Group).Entries)
        {
            if (context.Resources.Find("builtin", entry.Key) is not { Blob: { } blob } handle || inText.Contains(handle)) continue;
            string reference = context.ExternalResources.GetGroup(WeightFiles.Group).FindString(entry.Key)!;
            // file:offset:length:sha256
            int end = reference.LastIndexOf(':', reference.LastIndexOf(':', reference.LastIndexOf(':') - 1) - 1);
            mapped[handle] = new Mapped(blob, Path.GetFullPath(Path.Combine(folder, reference[..end])), reference[end..]);
        }
    }

    /// <summary>Makes references of what needs not be written.</summary>
    /// <param name="to">The file that the module is written to, beside which new weights are stored; null for standard output, which holds them.</param>
    public void Detach(Operation root, string? to)
    {
        string folder = to is null ? Environment.CurrentDirectory : Path.GetDirectoryName(Path.GetFullPath(to))!;
        string? store = to is null ? null : Path.ChangeExtension(Path.GetFullPath(to), ".safetensors");
        ExternalResources.Group group = context.ExternalResources!.GetGroup(WeightFiles.Group);
        group.Clear();
        List<DenseResourceElementsAttr> used = WeightFiles.Used(root);
        bool isNew = store is not null && used.Exists(w => w.Handle.Blob is not null && !inText.Contains(w.Handle) && !IsUnchanged(w.Handle, out _));
        foreach (DenseResourceElementsAttr weight in used)
        {
            // A file that is about to be written anew loses what it holds: such weights are written again.
            if (!IsUnchanged(weight.Handle, out Mapped? known) || isNew && known.Path == store) continue;
            group.Add(weight.Handle.Key, Path.GetRelativePath(folder, known.Path).Replace('\\', '/') + known.Bytes);
            weight.Handle.Blob = null;
        }
        if (isNew) WeightFiles.Store(context, root, store!, folder, inText);
    }

    private bool IsUnchanged(ResourceHandle handle, [NotNullWhen(true)] out Mapped? known) => mapped.TryGetValue(handle, out known) && known.Blob == handle.Blob;

    private sealed record Mapped(ResourceBlob Blob, string Path, string Bytes);
}
