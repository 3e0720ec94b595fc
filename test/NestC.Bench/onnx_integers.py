#!/usr/bin/env python3
"""Rewrites a QDQ model so that ONNX Runtime runs it in integers throughout.

    onnx_integers.py MODEL.onnx OUT.onnx [--every-layer]

ONNX Runtime keeps a convolution that a Clip follows in floats, at every optimization level. Here each DequantizeLinear - operation - QuantizeLinear becomes the integer
operation that ONNX or com.microsoft has for it, and a Clip between them limits of the stored values. The outputs are the stored integers; --every-layer makes each integer result
an output, in order. An operation that has no integer form is an error, so that nothing stays in floats unseen.
"""
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper


class Rewriter:
    def __init__(self, model):
        self.graph = model.graph
        self.constants = {t.name: numpy_helper.to_array(t) for t in self.graph.initializer}
        self.makers = {output: node for node in self.graph.node for output in node.output}
        self.users = {}
        for node in self.graph.node:
            for name in node.input:
                self.users.setdefault(name, []).append(node)
        self.nodes, self.added, self.results = [], [], []

    def constant(self, name, array):
        self.added.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def stored(self, real):
        """The integers, scale and zero point of what a DequantizeLinear gives."""
        node = self.makers.get(real)
        if node is None or node.op_type != "DequantizeLinear":
            raise SystemExit(f"'{real}' does not come from a DequantizeLinear")
        return list(node.input)

    def emit(self, kind, inputs, name, domain="", **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [name], domain=domain, **attributes))

    def limits(self, clip, quantize):
        """The limits of a Clip as stored values, or None where the type saturates there."""
        scale, zero = self.constants[quantize.input[1]], self.constants[quantize.input[2]]
        info = np.iinfo(zero.dtype)
        ends = []
        for name, least in ((clip.input[1], info.min), (clip.input[2], info.max)):
            ends.append(int(np.clip(np.rint(np.float32(self.constants[name]) / np.float32(scale)) + int(zero), info.min, info.max)) if name else least)
        return None if ends == [info.min, info.max] else np.array(ends, zero.dtype)

    def layer(self, quantize):
        node, clip = self.makers[quantize.input[0]], None
        if node.op_type in ("Clip", "Relu"):
            clip, node = node, self.makers[node.input[0]]
        y, to = quantize.output[0], list(quantize.input[1:3])
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        bound = None
        if clip is not None:
            if clip.op_type == "Relu":
                raise SystemExit("a Relu that was not folded into a zero point")
            bound = self.limits(clip, quantize)
        result = y if bound is None else y + "_unlimited"
        if node.op_type == "DequantizeLinear":
            self.emit("DequantizeLinear", list(node.input), y + "_real")
            self.emit("QuantizeLinear", [y + "_real", *to], result)
        elif node.op_type == "Conv":
            x, w, b = (self.stored(name) for name in (*node.input, None)[:3] if name)
            self.emit("QLinearConv", [*x, *w, *to, b[0]], result, **attributes)
        elif node.op_type == "Gemm":
            x, w, b = (self.stored(name) for name in node.input)
            self.emit("QGemm", [*x, *w, b[0], *to], result, "com.microsoft", transB=attributes.get("transB", 0), transA=attributes.get("transA", 0))
        elif node.op_type == "Add":
            self.emit("QLinearAdd", [*self.stored(node.input[0]), *self.stored(node.input[1]), *to], result, "com.microsoft")
        elif node.op_type == "GlobalAveragePool":
            self.emit("QLinearGlobalAveragePool", [*self.stored(node.input[0]), *to], result, "com.microsoft")
        elif node.op_type == "AveragePool":
            self.emit("QLinearAveragePool", [*self.stored(node.input[0]), *to], result, "com.microsoft", **attributes)
        elif node.op_type == "Softmax":
            self.emit("QLinearSoftmax", [*self.stored(node.input[0]), *to], result, "com.microsoft", axis=attributes.get("axis", -1), opset=13)
        elif node.op_type in ("Reshape", "Pad", "Flatten", "Transpose", "MaxPool"):
            self.move(node, attributes, to, result)
        else:
            raise SystemExit(f"'{node.op_type}' has no integer form here")
        if bound is not None:
            self.emit("Clip", [result, self.constant(y + "_least", bound[0]), self.constant(y + "_greatest", bound[1])], y)
        self.results.append((y, self.constants[quantize.input[2]].dtype))

    def move(self, node, attributes, to, result):
        x = self.stored(node.input[0])
        moved = list(node.input[1:])
        if node.op_type == "Pad":
            moved = [node.input[1], x[2]]
        same = all(np.array_equal(self.constants[a], self.constants[b]) for a, b in zip(x[1:], to))
        self.emit(node.op_type, [x[0], *moved], result if same else result + "_moved", **attributes)
        if not same:
            self.emit("DequantizeLinear", [result + "_moved", *x[1:]], result + "_real")
            self.emit("QuantizeLinear", [result + "_real", *to], result)

    def run(self):
        for node in self.graph.node:
            if node.op_type == "QuantizeLinear" and node.input[0] in self.makers:
                self.layer(node)
            elif node.op_type == "QuantizeLinear":
                self.nodes.append(node)
        ends = []
        for output in self.graph.output:
            name = output.name
            while name in self.makers and self.makers[name].op_type == "Identity":
                name = self.makers[name].input[0]
            ends.append(self.stored(name)[0])
        return ends


def main():
    source, target, *options = sys.argv[1:]
    model = onnx.load(source)
    rewriter = Rewriter(model)
    ends = rewriter.run()
    graph = model.graph
    del graph.node[:]
    graph.node.extend(rewriter.nodes)
    graph.initializer.extend(rewriter.added)
    del graph.value_info[:]
    del graph.output[:]
    for name, kind in rewriter.results:
        if name in ends or "--every-layer" in options:
            graph.output.append(helper.make_tensor_value_info(name, TensorProto.INT8 if kind == np.int8 else TensorProto.UINT8, None))
    used = {name for node in graph.node for name in node.input}
    kept = [t for t in graph.initializer if t.name in used]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    onnx.save(model, target)


main()
