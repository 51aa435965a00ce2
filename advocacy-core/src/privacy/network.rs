//! What follows from a table's sums: which hidden cells they pin down, and what
//! else to hide so that they do not.
//!
//! Draw a node for each sum and an arc for each cell ([`Layout`]). Whoever sees
//! the table knows the shown arcs; a hidden one may have any value that keeps
//! every sum right, that is, the hidden arcs can change along cycles and only
//! along cycles. An arc can rise when a cycle runs along it, and fall when one
//! runs against it and its value is above the least it can be. So a hidden cell
//! is pinned exactly when no such cycle holds it, and what is cheapest to hide
//! beside it is a shortest path between its ends.

use std::cell::OnceCell;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::layout::Layout;

/// Which arcs can change, and how far.
pub(crate) struct Network<'l> {
    ends: Vec<(usize, usize)>,
    /// All of its arcs; most tables never ask for them.
    all: OnceCell<Web>,
    layout: &'l Layout,
}

/// Some arcs of each node, one after the other.
struct Web {
    arcs: Vec<u32>,
    starts: Vec<usize>,
}

impl Web {
    fn new(
        nodes: usize,
        ends: &[(usize, usize)],
        some: impl Iterator<Item = usize> + Clone,
    ) -> Self {
        let mut starts = vec![0_usize; nodes + 1];
        for arc in some.clone() {
            let (from, to) = ends[arc];
            starts[from + 1] += 1;
            starts[to + 1] += 1;
        }
        for node in 0..nodes {
            starts[node + 1] += starts[node];
        }
        let mut next = starts.clone();
        let mut arcs = vec![0_u32; starts[nodes]];
        for arc in some {
            let (from, to) = ends[arc];
            for node in [from, to] {
                arcs[next[node]] = u32::try_from(arc).unwrap_or(u32::MAX);
                next[node] += 1;
            }
        }
        Self { arcs, starts }
    }

    fn at(&self, node: usize) -> &[u32] {
        &self.arcs[self.starts[node]..self.starts[node + 1]]
    }
}

/// One set of numbers a table shows, such as its clicks.
#[derive(Clone, Debug)]
pub(crate) struct Numbers {
    /// One a cell.
    pub(crate) values: Vec<i128>,
    /// What every hidden one is known to be at least; `None` knows no least.
    pub(crate) least: Option<i128>,
}

/// What it costs to hide an arc; `None` where it must stay shown.
pub(crate) type Cost = Option<u64>;

impl<'l> Network<'l> {
    /// The network of the sums that hold; a sum that does not (distinct people
    /// counted in two columns) says nothing by subtraction.
    pub(crate) fn new(layout: &'l Layout, holds: &[bool]) -> Self {
        let ground = layout.ground();
        let node = |sum: usize| {
            let stays = holds.get(sum).copied().unwrap_or(false);
            if stays { sum } else { ground }
        };
        let ends: Vec<(usize, usize)> = layout
            .arcs
            .iter()
            .map(|&(from, to)| (node(from), node(to)))
            .collect();
        Self {
            ends,
            all: OnceCell::new(),
            layout,
        }
    }

    /// Some of its arcs.
    fn web(&self, some: &[usize]) -> Web {
        Web::new(self.nodes(), &self.ends, some.iter().copied())
    }

    fn nodes(&self) -> usize {
        self.layout.ground() + 1
    }

    fn arcs_at(&self, node: usize) -> impl Iterator<Item = usize> {
        let all = || Web::new(self.nodes(), &self.ends, 0..self.ends.len());
        let arcs = self.all.get_or_init(all).at(node);
        arcs.iter().map(|&arc| arc as usize)
    }

    /// Whether each hidden arc can be anything but what it is.
    ///
    /// Arcs that can both rise and fall tie their ends together both ways. An
    /// arc that can only rise moves when its ends reach each other, that is, in
    /// one strongly connected component. One that can also fall always has its
    /// ends in one component; it moves unless its own going back is the only
    /// way back, that is, unless it is a bridge of that component: were neither
    /// end to reach the other without it, no arc could join the part around
    /// one end to the part around the other.
    pub(crate) fn movable(&self, hidden: &[bool], numbers: &Numbers) -> Vec<bool> {
        let falls = |arc: usize| {
            numbers
                .least
                .is_none_or(|least| numbers.values[arc] > least)
        };
        // Mostly few are hidden of many.
        let mut arcs: Vec<usize> = (0..hidden.len()).filter(|&arc| hidden[arc]).collect();
        let component = self.components(&self.web(&arcs), &falls);
        arcs.retain(|&arc| {
            let (from, to) = self.ends[arc];
            component[from] == component[to]
        });
        let mut movable = vec![false; self.ends.len()];
        for &arc in &arcs {
            movable[arc] = true;
        }
        for bridge in self.bridges(&self.web(&arcs)) {
            if falls(bridge) {
                movable[bridge] = false;
            }
        }
        movable
    }

    /// The strongly connected component of each node (Tarjan's, without
    /// recursion).
    fn components(&self, hidden: &Web, falls: &impl Fn(usize) -> bool) -> Vec<usize> {
        const NEW: usize = usize::MAX;
        let nodes = self.nodes();
        let mut component = vec![NEW; nodes];
        let mut order = vec![NEW; nodes];
        let mut low = vec![0_usize; nodes];
        let (mut found, mut stack) = (0, Vec::new());
        for root in 0..nodes {
            if order[root] != NEW {
                continue;
            }
            let mut path = vec![(root, hidden.starts[root])];
            (order[root], low[root]) = (found, found);
            found += 1;
            stack.push(root);
            while let Some((node, next)) = path.last_mut() {
                let node = *node;
                if *next == hidden.starts[node + 1] {
                    path.pop();
                    if let Some(&(before, _)) = path.last() {
                        low[before] = low[before].min(low[node]);
                    }
                    if low[node] == order[node] {
                        while let Some(member) = stack.pop() {
                            component[member] = node;
                            if member == node {
                                break;
                            }
                        }
                    }
                    continue;
                }
                let arc = hidden.arcs[*next] as usize;
                *next += 1;
                let (from, to) = self.ends[arc];
                if from != node && !falls(arc) {
                    continue;
                }
                let other = if from == node { to } else { from };
                if order[other] == NEW {
                    (order[other], low[other]) = (found, found);
                    found += 1;
                    stack.push(other);
                    path.push((other, hidden.starts[other]));
                } else if component[other] == NEW {
                    low[node] = low[node].min(order[other]);
                }
            }
        }
        component
    }

    /// The arcs without which their ends would fall apart, direction aside.
    fn bridges(&self, present: &Web) -> Vec<usize> {
        const NEW: usize = usize::MAX;
        let nodes = self.nodes();
        let mut order = vec![NEW; nodes];
        let mut low = vec![0_usize; nodes];
        let (mut found, mut bridges) = (0, Vec::new());
        for root in 0..nodes {
            if order[root] != NEW {
                continue;
            }
            (order[root], low[root]) = (found, found);
            found += 1;
            let mut path = vec![(root, present.starts[root], NEW)];
            while let Some((node, next, by)) = path.last_mut() {
                let (node, by) = (*node, *by);
                if *next == present.starts[node + 1] {
                    path.pop();
                    if let Some(&(before, ..)) = path.last() {
                        low[before] = low[before].min(low[node]);
                        if low[node] > order[before] {
                            bridges.push(by);
                        }
                    }
                    continue;
                }
                let arc = present.arcs[*next] as usize;
                *next += 1;
                if arc == by {
                    continue;
                }
                let (from, to) = self.ends[arc];
                let other = if from == node { to } else { from };
                if order[other] == NEW {
                    (order[other], low[other]) = (found, found);
                    found += 1;
                    path.push((other, present.starts[other], arc));
                } else {
                    low[node] = low[node].min(order[other]);
                }
            }
        }
        bridges
    }

    /// Changes an arc by up to `amount`, up or down, along cheapest cycles;
    /// `values` become what the table could be instead. Gives back how far it
    /// got and adds the shown arcs it went along to `used`.
    pub(crate) fn shift(
        &self,
        values: &mut [i128],
        least: Option<i128>,
        change: Change,
        amount: i128,
        cost: &impl Fn(usize) -> Cost,
        used: &mut Vec<usize>,
    ) -> i128 {
        let arc = change.arc;
        let (start, goal) = self.way_back(change);
        let mut done = 0;
        while done < amount {
            let mut step = amount - done;
            if !change.up
                && let Some(least) = least
            {
                step = step.min(values[arc] - least);
            }
            if step <= 0 {
                break;
            }
            let along = |other: usize| if other == arc { None } else { cost(other) };
            let Some(path) = self.cheapest(start, goal, values, least, &along) else {
                break;
            };
            for &(other, up) in &path {
                if let (false, Some(least)) = (up, least) {
                    step = step.min(values[other] - least);
                }
            }
            for &(other, up) in &path {
                values[other] += if up { step } else { -step };
                if cost(other) != Some(0) {
                    used.push(other);
                }
            }
            values[arc] += if change.up { step } else { -step };
            done += step;
        }
        done
    }

    /// The cheapest cycle an arc can change along, as its price and its arcs,
    /// the arc itself first.
    pub(crate) fn cycle(
        &self,
        numbers: &Numbers,
        change: Change,
        cost: &impl Fn(usize) -> Cost,
    ) -> Option<(u64, Vec<usize>)> {
        let Change { arc, up } = change;
        let (values, least) = (&numbers.values, numbers.least);
        if !up && least.is_some_and(|least| values[arc] <= least) {
            return None;
        }
        let (start, goal) = self.way_back(change);
        let along = |other: usize| if other == arc { None } else { cost(other) };
        let path = self.cheapest(start, goal, values, least, &along)?;
        let price = path.iter().filter_map(|&(other, _)| cost(other)).sum();
        let arcs = [arc]
            .into_iter()
            .chain(path.into_iter().map(|(other, _)| other));
        Some((price, arcs.collect()))
    }

    /// From where to where a change of an arc must be made up for.
    pub(crate) fn way_back(&self, Change { arc, up }: Change) -> (usize, usize) {
        let (from, to) = self.ends[arc];
        if up { (to, from) } else { (from, to) }
    }

    /// The cheapest path (Dijkstra's; of equal ones, that of the fewest arcs),
    /// each arc with whether it rises.
    fn cheapest(
        &self,
        start: usize,
        goal: usize,
        values: &[i128],
        least: Option<i128>,
        cost: &impl Fn(usize) -> Cost,
    ) -> Option<Vec<(usize, bool)>> {
        type Reached = (u64, u32);
        let mut best: Vec<Option<(Reached, usize, bool)>> = vec![None; self.nodes()];
        let mut settled = vec![false; self.nodes()];
        let mut queue = BinaryHeap::from([Reverse(((0_u64, 0_u32), start))]);
        if start == goal {
            return Some(Vec::new());
        }
        while let Some(Reverse((reached, node))) = queue.pop() {
            if settled[node] {
                continue;
            }
            settled[node] = true;
            if node == goal {
                break;
            }
            for arc in self.arcs_at(node) {
                let (from, to) = self.ends[arc];
                let up = from == node;
                let other = if up { to } else { from };
                if settled[other] || !up && least.is_some_and(|least| values[arc] <= least) {
                    continue;
                }
                let Some(price) = cost(arc) else { continue };
                let there = (reached.0.saturating_add(price), reached.1 + 1);
                if best[other].is_none_or(|(known, ..)| there < known) {
                    best[other] = Some((there, arc, up));
                    queue.push(Reverse((there, other)));
                }
            }
        }
        let mut path = Vec::new();
        let mut node = goal;
        while node != start {
            let (_, arc, up) = best[node]?;
            path.push((arc, up));
            let (from, to) = self.ends[arc];
            node = if up { from } else { to };
        }
        path.reverse();
        Some(path)
    }
}

/// Which arc is to change, and which way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    pub(crate) arc: usize,
    pub(crate) up: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 3 and 6 of a shown 9: the 3 can rise by 6, then the other is 0.
    #[test]
    fn what_a_table_could_be_instead_adds_up() {
        let layout = Layout::one_way(2);
        let network = Network::new(&layout, &[true]);
        let cost = |arc: usize| (arc != 2).then_some(u64::from(arc == 1));
        let shifted = |up: bool, amount: i128| {
            let (mut values, mut used) = (vec![3, 6, 9], Vec::new());
            let change = Change { arc: 0, up };
            let done = network.shift(&mut values, Some(0), change, amount, &cost, &mut used);
            (done, values, used)
        };
        assert_eq!(shifted(true, 4), (4, vec![7, 2, 9], vec![1]));
        assert_eq!(shifted(true, 10), (6, vec![9, 0, 9], vec![1]));
        assert_eq!(shifted(false, 10), (3, vec![0, 9, 9], vec![1]));
    }
}
